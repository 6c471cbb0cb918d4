import assert from 'node:assert/strict'
import { test } from 'node:test'
import { survive } from '../rows/chaos.ts'

const MIB = 1024 * 1024

test('A7: the database stops at once twenty times while people upload: nothing acknowledged is lost, and Trove serves again within 10 s', async (t) => {
  const disturbances = Array.from({ length: 20 }, () => 'database' as const)
  const { uploads, attempts, slowestReturnMs } = await survive({ disturbances, maxBytes: 3 * MIB })
  t.diagnostic(`${uploads} uploads, ${attempts} attempts; ready after ${slowestReturnMs} ms at most`)
  assert.ok(slowestReturnMs <= 10_000)
})
