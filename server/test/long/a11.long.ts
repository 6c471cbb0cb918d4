import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stopUnderWay } from '../rows/a11-stopping.ts'

test('A11: SIGTERM with 20 uploads and 5 jobs under way', async (t) => {
  const { tookMs, code, resumedAt, faults } = await stopUnderWay(20, 5)
  t.diagnostic(`ended after ${tookMs} ms; resumed at ${Math.min(...resumedAt)} to ${Math.max(...resumedAt)} bytes`)
  assert.deepEqual(faults, [])
  assert.equal(code, 0)
  assert.ok(tookMs <= 15_000)
  for (const offset of resumedAt) assert.ok(offset > 0)
})
