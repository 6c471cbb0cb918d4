import assert from 'node:assert/strict'
import { test } from 'node:test'
import { race } from './c5-last-owner.ts'

test('C5, one round: thirty registrations of one address make one account, and ten owners who unmake each other leave one', async () => {
  const { accounts, ownersLeft, statuses } = await race(1)
  assert.deepEqual(accounts, [1])
  assert.ok(
    ownersLeft.every((left) => left >= 1),
    String(ownersLeft),
  )
  assert.ok(
    statuses.every((status) => status < 500),
    String(statuses),
  )
})
