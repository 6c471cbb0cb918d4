import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callAtRandom } from '../rows/e7-random-calls.ts'

test('E7: 5,000 random calls, none a fault of the server, none telling what is inside', async (t) => {
  const { statuses, faults } = await callAtRandom(5_000)
  t.diagnostic(JSON.stringify(statuses))
  assert.deepEqual(faults, [])
})
