import assert from 'node:assert/strict'
import { test } from 'node:test'
import { takeDatabaseAway } from '../rows/a8-database-away.ts'

test('A8: the database is away for 30 s', async (t) => {
  const { unreadyAfterMs, readyAfterMs, slowestMs, calls, faults } = await takeDatabaseAway(30_000)
  t.diagnostic(
    `not ready after ${unreadyAfterMs} ms, ready after ${readyAfterMs} ms, ${calls} calls, the slowest ${slowestMs} ms`,
  )
  assert.deepEqual(faults, [])
  assert.ok(unreadyAfterMs <= 5_000)
  assert.ok(slowestMs <= 10_000)
  assert.ok(readyAfterMs <= 10_000)
})
