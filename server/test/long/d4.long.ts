import assert from 'node:assert/strict'
import { test } from 'node:test'
import { guess } from '../rows/d4-secrets.ts'

test('D4: of 10,000 guesses at each door hardly any is looked at', async (t) => {
  for (const { door, lookedAt, limited, hits } of await guess(10_000)) {
    t.diagnostic(`${door}: ${lookedAt} looked at, ${limited} told to wait`)
    assert.equal(hits, 0)
    assert.ok(limited > lookedAt, `${door}: ${lookedAt} looked at`)
  }
})
