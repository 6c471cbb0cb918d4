import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeAmid } from './c6-changing.ts'

test('C6, 4 rounds of 80 deeds: who changes, moves, merges, deletes and shows the same files meets no fault, and the books are right', async () => {
  const { faults, answered } = await changeAmid(4, 1)
  assert.deepEqual(faults, [])
  assert.ok(answered > 200)
})
