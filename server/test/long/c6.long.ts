import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeAmid } from '../rows/c6-changing.ts'
import { deleteAmid } from '../rows/c6-deleting.ts'

test('C6: 100 rounds of deleting amid downloads, shares and processing', async (t) => {
  const { faults, answered, refused } = await deleteAmid(100)
  t.diagnostic(`${answered} answers, ${refused} of them refusals`)
  assert.deepEqual(faults, [])
})

test('C6: 40 rounds of changing the same few files in every way, four times at once', async (t) => {
  const all = await Promise.all([11, 12, 13, 14].map((seed) => changeAmid(40, seed)))
  t.diagnostic(`${all.reduce((sum, { answered }) => sum + answered, 0)} answers`)
  assert.deepEqual(
    all.flatMap(({ faults }) => faults),
    [],
  )
})
