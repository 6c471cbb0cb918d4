import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sendMutants } from '../rows/e3-through-api.ts'

test('E3: 1,000 mutants through the API leave its process as it was, and none is stuck', async (t) => {
  const { files, refused, faults, ready, failed, stuck, speechless, areSame } = await sendMutants(1_000)
  t.diagnostic(`${files} files (${ready} ready, ${failed} failed), ${refused} refused`)
  assert.deepEqual(faults, [])
  assert.equal(files + refused, 1_000)
  assert.deepEqual({ stuck, speechless, areSame }, { stuck: 0, speechless: 0, areSame: true })
})
