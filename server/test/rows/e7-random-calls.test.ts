import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callAtRandom } from './e7-random-calls.ts'

test('E7, 600 random calls: none is a fault of the server, none tells what is inside', async () => {
  const { faults } = await callAtRandom(600)
  assert.deepEqual(faults, [])
})
