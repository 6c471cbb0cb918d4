import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACCESS_TOKEN_MS } from '../../src/domain/identity/rules.ts'
import { forge } from './d3-tokens.ts'

const HOUR_MS = 3_600_000

test('D3, 600 forgeries: no token that was changed is let in, and none where another kind is asked for', async () => {
  const { letIn, faults } = await forge(600)
  assert.deepEqual(
    letIn.filter((words) => !isMeant(words)),
    [],
  )
  assert.deepEqual(faults, [])
  assert.ok(ACCESS_TOKEN_MS <= HOUR_MS)
})

/** A session may do all that a key may. */
const isMeant = (words: string) => words.startsWith('an access token at /api/me:')
