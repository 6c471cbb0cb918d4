import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAuthenticated } from '../rows/f-load.ts'

test('F3: authenticated reads at 100 connections among 100,000 files', async (t) => {
  const reads = await readAuthenticated(100_000, 10)
  for (const [what, { requestsPerSecond, p50Ms, p99Ms }] of Object.entries(reads))
    t.diagnostic(`${what}: ${requestsPerSecond.toFixed(0)} a second, p50 ${p50Ms} ms, p99 ${p99Ms} ms`)
  for (const [what, { requestsPerSecond, p99Ms, failures, timeouts }] of Object.entries(reads)) {
    assert.deepEqual([failures, timeouts], [0, 0], what)
    assert.ok(requestsPerSecond >= 1_000, what)
    assert.ok(p99Ms < 150, what)
  }
})
