import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listWhileUploading, readAuthenticated, uploadAtSpeed } from './f-load.ts'

// Speeds are measured by the long rows, on a machine that does nothing else; here they only must not be absurd.

test('F1, 20 files of 5 MB at 10 at a time: all arrive', async () => {
  const { megabytesPerSecond, done, errors } = await uploadAtSpeed(20, 10)
  assert.deepEqual(errors, [])
  assert.equal(done, 20)
  assert.ok(megabytesPerSecond > 5)
})

test('F2, 20 uploads at a time: the list goes on being read', async () => {
  const { uploaded, errors, failures, timeouts, p99Ms } = await listWhileUploading(20, 4)
  assert.deepEqual([errors, failures, timeouts], [[], 0, 0])
  assert.ok(uploaded > 0 && p99Ms < 3_000)
})

test('F3, 2,000 files: a hundred connections read without a failure', async () => {
  const reads = await readAuthenticated(2_000, 2)
  for (const [what, { requestsPerSecond, failures, timeouts }] of Object.entries(reads)) {
    assert.deepEqual([failures, timeouts], [0, 0], what)
    assert.ok(requestsPerSecond > 50, `${what}: ${requestsPerSecond} a second`)
  }
})
