import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sendMutants } from './e3-through-api.ts'

test('E3, 30 mutants through the API: every one ends, with a reason where it cannot be shown', async () => {
  const { files, refused, faults, ready, failed, stuck, speechless, areSame } = await sendMutants(30, { every: 9 })
  assert.deepEqual(faults, [])
  assert.equal(files + refused, 30)
  assert.ok(ready + failed > 0)
  assert.deepEqual({ stuck, speechless, areSame }, { stuck: 0, speechless: 0, areSame: true })
})
