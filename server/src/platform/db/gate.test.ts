import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createGate } from './gate.ts'

describe('a gate', () => {
  const settle = () => new Promise((resolve) => setImmediate(resolve))

  test('lets so many in at a time, in order, and goes on after a failure', async () => {
    const gate = createGate(2, 1_000)
    const begun: number[] = []
    const ends: (() => void)[] = []
    const all = [0, 1, 2, 3].map((number) =>
      gate.through(() => {
        begun.push(number)
        return new Promise<void>((resolve, reject) => ends.push(number === 0 ? () => reject(new Error('no')) : resolve))
      }),
    )
    await settle()
    assert.deepEqual(begun, [0, 1])
    ends[0]?.()
    await assert.rejects(all[0] as Promise<void>, /no/)
    await settle()
    assert.deepEqual(begun, [0, 1, 2])
    ends[2]?.()
    await settle()
    assert.deepEqual(begun, [0, 1, 2, 3])
    for (const end of ends) end()
    await Promise.all(all.slice(1))
  })

  test('whoever waits is patient while others go through', async () => {
    const gate = createGate(1, 60)
    const nap = () => new Promise((resolve) => setTimeout(resolve, 20))
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => gate.through(nap)))
    assert.ok(outcomes.every(({ status }) => status === 'fulfilled'))
  })

  test('whoever waits too long is told so and takes no place', async () => {
    const gate = createGate(1, 20)
    const { promise, resolve } = Promise.withResolvers<void>()
    const first = gate.through(() => promise)
    await assert.rejects(
      gate.through(async () => 'late'),
      { kind: 'unavailable' },
    )
    resolve()
    await first
    assert.equal(await gate.through(async () => 'in'), 'in')
  })
})
