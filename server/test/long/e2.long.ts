import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tryNames } from '../rows/e2-names.ts'

test('E2: hostile names are kept exactly or refused clearly, by every door', async (t) => {
  const { names, violations } = await tryNames(() => true)
  t.diagnostic(`${names} names`)
  assert.deepEqual(violations, [])
})
