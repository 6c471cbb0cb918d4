import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fanOut } from '../rows/f4-live.ts'

test('F4: 2,000 connections, 100 events a second to all of them, 200 cut in the middle', async (t) => {
  const { p50Ms, p99Ms, rssMb, delivered, lost } = await fanOut({
    people: 20,
    sockets: 2_000,
    perSecond: 100,
    seconds: 30,
  })
  t.diagnostic(`p50 ${p50Ms} ms, p99 ${p99Ms} ms, ${rssMb.toFixed(0)} MB, ${delivered} delivered, ${lost} lost`)
  assert.equal(lost, 0)
  assert.ok(p99Ms < 250)
  assert.ok(rssMb < 500)
})
