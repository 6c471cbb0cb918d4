import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bombs, explode } from './e4-bombs.ts'

test('E4, seven bombs: each ends within 30 s in less than 1 GiB', async () => {
  for (const { name, ms, peakBytes } of await explode(
    bombs.filter((_, index) => [0, 4, 6, 10, 14, 18, 22].includes(index)),
  )) {
    assert.ok(ms < 30_000, `${name}: ${ms} ms`)
    assert.ok(peakBytes < 1024 ** 3, `${name}: ${peakBytes} bytes`)
  }
})
