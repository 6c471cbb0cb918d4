import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listWhileUploading } from '../rows/f-load.ts'

test('F2: the list of files while 200 uploads are under way', async (t) => {
  const { p50Ms, p99Ms, uploaded, errors, failures, timeouts } = await listWhileUploading(200, 20)
  t.diagnostic(`p50 ${p50Ms} ms, p99 ${p99Ms} ms, ${uploaded} files of 5 MB meanwhile`)
  assert.deepEqual([errors, failures, timeouts], [[], 0, 0])
  assert.ok(p99Ms < 300)
})
