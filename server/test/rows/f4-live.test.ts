import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fanOut } from './f4-live.ts'

// Times and memory are measured by the long row, on a machine that does nothing else.

test('F4, 100 connections and 20 events a second: each hears all of them, also those that were cut', async () => {
  const { delivered, lost, cut, p99Ms } = await fanOut({ people: 3, sockets: 100, perSecond: 20, seconds: 4 })
  assert.equal(lost, 0)
  assert.equal(cut, 10)
  assert.ok(delivered > 6_000 && p99Ms < 5_000)
})
