import assert from 'node:assert/strict'
import { test } from 'node:test'
import { giveOut, guess } from './d4-secrets.ts'

const ENOUGH_BITS = 128

test('D4: secrets have 128 bits and more, are kept by nobody but whoever has them, and are in no line of the log', async () => {
  const { bits, kept, logged, lines } = await giveOut()
  for (const [name, count] of Object.entries(bits)) assert.ok(count >= ENOUGH_BITS, `${name}: ${count} bits`)
  assert.deepEqual({ kept, logged }, { kept: [], logged: [] })
  assert.ok(lines > 10, `${lines} lines`)
})

test('D4, 400 guesses at each door: most are told to wait, and none is right', async () => {
  for (const { door, limited, hits, retryAfter } of await guess(400)) {
    assert.equal(hits, 0, door)
    assert.ok(limited > 0 && retryAfter > 0, `${door}: ${limited} limited`)
  }
})
