import assert from 'node:assert/strict'
import { test } from 'node:test'
import { revocations, revoke } from '../rows/d2-revocation.ts'

const TIMES = 50
const MEASURING_MS = 100

test('D2: 50 of 50, for each way in which something can be taken away', async (t) => {
  const found = await revoke(TIMES, 5)
  for (const what of revocations) {
    const worst = Math.max(...found.filter((each) => each.what === what).map(({ ms }) => ms))
    t.diagnostic(`${what}: shut after at most ${worst.toFixed(0)} ms`)
  }
  const late = found.filter(({ door, ms }) => ms > (door === 'live feed' ? 2_000 : 1_000) + MEASURING_MS)
  assert.deepEqual(late, [])
})
