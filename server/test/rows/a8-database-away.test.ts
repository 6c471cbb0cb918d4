import assert from 'node:assert/strict'
import { test } from 'node:test'
import { takeDatabaseAway } from './a8-database-away.ts'

test('A8, six seconds: without its database Trove says so, and afterwards goes on with everything', async () => {
  const { unreadyAfterMs, readyAfterMs, slowestMs, faults } = await takeDatabaseAway(6_000)
  assert.deepEqual(faults, [])
  assert.ok(unreadyAfterMs <= 5_000, `not ready after ${unreadyAfterMs} ms`)
  assert.ok(slowestMs <= 10_000, `a call was open for ${slowestMs} ms`)
  assert.ok(readyAfterMs <= 10_000, `ready after ${readyAfterMs} ms`)
})
