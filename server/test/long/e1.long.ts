import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCatalogue } from '../rows/e1-catalogue.ts'

test('E1: the whole catalogue ends as it should', async () => {
  const { specimens, faults } = await runCatalogue(() => true)
  assert.ok(specimens >= 300)
  assert.deepEqual(faults, [])
})
