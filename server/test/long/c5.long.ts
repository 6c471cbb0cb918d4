import assert from 'node:assert/strict'
import { test } from 'node:test'
import { race } from '../rows/c5-last-owner.ts'

test('C5: 20 rounds of thirty registrations of one address, and of ten owners who unmake each other', async () => {
  const { accounts, ownersLeft, statuses } = await race(20)
  assert.ok(
    accounts.every((count) => count === 1),
    String(accounts),
  )
  assert.ok(
    ownersLeft.every((left) => left >= 1),
    String(ownersLeft),
  )
  assert.ok(
    statuses.every((status) => status < 500),
    String(statuses),
  )
})
