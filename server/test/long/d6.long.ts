import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attackLive } from '../rows/d6-live.ts'

test('D6: none of 1,000 events is heard by whoever may not, all of them by whoever may', async () => {
  const { refused, heard, ofAll, closedBy } = await attackLive(1_000)
  for (const [who, status] of Object.entries(refused)) assert.ok([401, 403].includes(status), `${who}: ${status}`)
  assert.deepEqual(heard, { guest: 0, stranger: 0 })
  assert.equal(ofAll, 1_000)
  assert.deepEqual([closedBy.largeFrame, closedBy.flood, closedBy.tokenEnd], [1009, 4429, 4401])
})
