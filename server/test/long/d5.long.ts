import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareTimes, countFailures } from '../rows/d5-sign-in.ts'

test('D5: at most ten failures a minute for an account and from an address, also in parallel', async () => {
  const { ofAccount, ofAddress, inParallel } = await countFailures()
  assert.deepEqual([ofAccount, ofAddress, inParallel], [10, 10, 10])
})

test('D5: the median time of 200 refusals does not tell whether an account exists', async (t) => {
  const { known, unknown } = await compareTimes(200)
  t.diagnostic(`known ${known.toFixed(1)} ms, unknown ${unknown.toFixed(1)} ms`)
  assert.ok(Math.abs(known - unknown) < 20)
})
