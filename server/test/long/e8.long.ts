import assert from 'node:assert/strict'
import { test } from 'node:test'
import { beSlow } from '../rows/e8-slow-clients.ts'

test('E8: 300 slow clients', async (t) => {
  const { healthP99Ms, asked, faults } = await beSlow(300)
  t.diagnostic(`health: p99 ${healthP99Ms.toFixed(0)} ms of ${asked}`)
  assert.deepEqual(faults, [])
  assert.ok(healthP99Ms < 1_000)
})
