import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deleteAmid } from './c6-deleting.ts'

test('C6, 6 rounds: what is deleted while it is downloaded, shared and processed is gone, and nobody meets a fault', async () => {
  const { faults, answered } = await deleteAmid(6)
  assert.deepEqual(faults, [])
  assert.ok(answered > 100)
})
