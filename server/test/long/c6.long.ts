import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deleteAmid } from '../rows/c6-deleting.ts'

test('C6: 100 rounds of deleting amid downloads, shares and processing', async (t) => {
  const { faults, answered, refused } = await deleteAmid(100)
  t.diagnostic(`${answered} answers, ${refused} of them refusals`)
  assert.deepEqual(faults, [])
})
