import assert from 'node:assert/strict'
import { test } from 'node:test'
import { beSlow } from './e8-slow-clients.ts'

test('E8, 60 slow clients: nobody else notices, and those that do not go on are let go', async () => {
  const { healthP99Ms, faults } = await beSlow(60)
  assert.deepEqual(faults, [])
  assert.ok(healthP99Ms < 1_000, `p99 ${healthP99Ms} ms`)
})
