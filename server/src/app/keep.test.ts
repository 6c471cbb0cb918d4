import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { backOff } from './keep.ts'

describe('starting again what died', () => {
  test('comes soon at first, then ever later, and never stops', () => {
    const told: string[] = []
    const delay = backOff('api', (text) => told.push(text))
    const delays = Array.from({ length: 12 }, () => delay(500, 'exit code 1'))
    assert.deepEqual(delays, [100, 100, 100, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000])
    assert.equal(told[0], 'The api ended (exit code 1). Starting it again.')
    assert.equal(told[4], 'The api ended (exit code 1). That was time 5 in a row; trying again in 2 s.')
  })

  test('is soon again once it had come up', () => {
    const delay = backOff('api', () => {})
    for (let time = 0; time < 8; time++) delay(500, 'exit code 1')
    assert.equal(delay(5000, 'SIGKILL'), 100)
  })
})
