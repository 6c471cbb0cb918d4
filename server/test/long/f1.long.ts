import assert from 'node:assert/strict'
import { test } from 'node:test'
import { uploadAtSpeed } from '../rows/f-load.ts'

test('F1: 200 files of 5 MB, 50 at a time', async (t) => {
  const { megabytesPerSecond, errors } = await uploadAtSpeed(200, 50)
  t.diagnostic(`${megabytesPerSecond.toFixed(0)} MB/s`)
  assert.deepEqual(errors, [])
  assert.ok(megabytesPerSecond >= 80)
})
