import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stopUnderWay } from './a11-stopping.ts'

test('A11, 6 uploads and 2 jobs: asked to stop, Trove ends in time, and all goes on at the next start', async () => {
  const { tookMs, code, resumedAt, faults } = await stopUnderWay(6, 2)
  assert.deepEqual(faults, [])
  assert.equal(code, 0)
  assert.ok(tookMs <= 15_000, `it took ${tookMs} ms`)
  for (const offset of resumedAt) assert.ok(offset > 0, 'what had arrived was kept')
})
