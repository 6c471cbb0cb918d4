import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rush } from '../rows/c3-one-time.ts'

test('C3: 20 rounds of fifty with one secret, of each kind', async () => {
  const found = await rush(20, 50)
  assert.deepEqual(
    found.filter(({ through, refusals }) => through !== 1 || refusals.some((status) => status >= 500)),
    [],
  )
})
