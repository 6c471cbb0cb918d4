import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { survive } from './chaos.ts'

const MIB = 1024 * 1024

describe('chaos', () => {
  test('lines go dead, API, worker and database are killed in turn: nothing acknowledged is lost, nothing is left over', async (t) => {
    const disturbances = (['line', 'api', 'database', 'line', 'worker', 'api', 'line', 'database'] as const).slice()
    const done = await survive({ disturbances, maxBytes: 3 * MIB })
    t.diagnostic(`${done.uploads} uploads, ${done.attempts} attempts, ready after ${done.slowestReturnMs} ms`)
    assert.ok(done.slowestReturnMs <= 10_000)
  })
})
