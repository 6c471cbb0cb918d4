import assert from 'node:assert/strict'
import { test } from 'node:test'
import { revocations, revoke } from './d2-revocation.ts'

/** Between the answer and the question after it. */
const MEASURING_MS = 200

test('D2, 2 of each: what was taken away is refused within a second at every door, and the socket closed within two', async () => {
  const found = await revoke(2, 4)
  const late = found.filter(({ door, ms }) => ms > (door === 'live feed' ? 2_000 : 1_000) + MEASURING_MS)
  assert.deepEqual(late, [])
  assert.equal(new Set(found.map(({ what }) => what)).size, revocations.length)
})
