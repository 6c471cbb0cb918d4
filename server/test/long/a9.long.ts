import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freezeDatabase } from '../rows/a9-database-frozen.ts'

const MIB = 1024 * 1024

test('A9: the database hangs for 20 s: no request is open for more than 15 s, and memory grows by less than 100 MB', async (t) => {
  const { slowestMs, calls, grownBytes, faults } = await freezeDatabase(20_000)
  t.diagnostic(`${calls} calls, the slowest ${slowestMs} ms; ${Math.round(grownBytes / MIB)} MiB more memory`)
  assert.deepEqual(faults, [])
  assert.ok(slowestMs <= 15_000)
  assert.ok(grownBytes < 100 * MIB)
})
