import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tryNames } from './e2-names.ts'

test('E2, every fourth name: kept exactly or refused clearly, by every door', async () => {
  const { names, violations } = await tryNames((index) => index % 4 === 0)
  assert.ok(names > 50)
  assert.deepEqual(violations, [])
})
