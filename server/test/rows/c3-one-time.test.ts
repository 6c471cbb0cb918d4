import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rush, secrets } from './c3-one-time.ts'

test('C3, one round: of twelve who come with one secret at once, one is let through', async () => {
  const found = await rush(1, 12)
  assert.deepEqual(
    found.filter(({ through, refusals }) => through !== 1 || refusals.some((status) => status >= 500)),
    [],
  )
  assert.equal(found.length, Object.keys(secrets).length)
})
