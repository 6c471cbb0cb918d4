import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forge } from '../rows/d3-tokens.ts'

test('D3: none of 20,000 forgeries is let in', async () => {
  const { tried, letIn, faults } = await forge(20_000)
  assert.deepEqual(
    letIn.filter((words) => !words.startsWith('an access token at /api/me:')),
    [],
  )
  assert.deepEqual(faults, [])
  assert.equal(tried, 20_000)
})
