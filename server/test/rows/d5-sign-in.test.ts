import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareTimes, countFailures } from './d5-sign-in.ts'

test('D5: ten wrong passwords a minute are looked at, for an account and from an address', async () => {
  const { ofAccount, ofAddress, inParallel, retryAfter, isRightOneRefused } = await countFailures()
  assert.deepEqual([ofAccount, ofAddress, inParallel], [10, 10, 10])
  assert.ok(isRightOneRefused && retryAfter > 0 && retryAfter <= 60)
})

test('D5, 8 refusals each: an unknown account takes as long as a wrong password', async () => {
  const { known, unknown } = await compareTimes(8)
  // A busy machine moves medians of eight; doing nothing for an unknown account would show as most of the time.
  assert.ok(Math.abs(known - unknown) < Math.max(20, known / 2), `${known} ms and ${unknown} ms`)
})
