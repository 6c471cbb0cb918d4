import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bombs, explode } from '../rows/e4-bombs.ts'

test('E4: 24 bombs end within 30 s each in less than 1 GiB', async (t) => {
  assert.equal(bombs.length, 24)
  for (const { name, ms, peakBytes, ended } of await explode(bombs)) {
    t.diagnostic(`${name}: ${ended} ${Math.round(ms)} ms, ${Math.round(peakBytes / 1e6)} MB`)
    assert.ok(ms < 30_000, `${name}: ${ms} ms`)
    assert.ok(peakBytes < 1024 ** 3, `${name}: ${peakBytes} bytes`)
  }
})
