import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lookAtHeaders, slipIn } from './d8-headers.ts'

test('D8: every response carries the headers of ASVS 3.4', async () => {
  const { responses, missing } = await lookAtHeaders()
  assert.deepEqual(missing, [])
  assert.ok(responses > 500)
})

test('D8: of thirty members that no write declares, none is taken by any', async (t) => {
  const { writes, done, taken } = await slipIn()
  t.diagnostic(`${writes} writes, ${done} of them done without what was slipped in`)
  assert.deepEqual(taken, [])
})
