import { describe, expect, test } from 'vitest'
import { changesArrived, inTurn } from './turns.ts'

describe('changes of an event’s pictures', () => {
  test('are made one after the other, one that fails included, and nothing is read between them', async () => {
    const said: string[] = []
    const gate = Promise.withResolvers<void>()
    const first = inTurn('event', async () => {
      await gate.promise
      said.push('first')
      throw new Error('refused')
    })
    const second = inTurn('event', async () => void said.push('second'))
    const read = changesArrived('event').then(() => said.push('read'))
    await changesArrived('another event')
    said.push('another read')
    gate.resolve()
    await expect(first).rejects.toThrow('refused')
    await second
    await read
    expect(said).toEqual(['another read', 'first', 'second', 'read'])
  })
})
