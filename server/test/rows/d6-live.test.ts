import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attackLive } from './d6-live.ts'

test('D6, 40 events: the live feed lets in who may come, tells each what is theirs, and ends what goes too far', async () => {
  const { refused, heard, ofAll, closedBy } = await attackLive(40)
  for (const [who, status] of Object.entries(refused)) assert.ok([401, 403].includes(status), `${who}: ${status}`)
  assert.deepEqual(heard, { guest: 0, stranger: 0 })
  assert.equal(ofAll, 40)
  assert.deepEqual([closedBy.largeFrame, closedBy.flood, closedBy.tokenEnd], [1009, 4429, 4401])
  assert.ok(closedBy.tokenEndAfterMs < 5_000, `${closedBy.tokenEndAfterMs} ms`)
})
