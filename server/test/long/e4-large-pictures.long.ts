import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderLarge } from '../rows/e4-large-pictures.ts'

const MOST_BYTES = 420 * 1024 ** 2

test('E4: the largest pictures that people take are shown in less than 420 MiB each', async (t) => {
  for (const { name, ms, peakBytes, ended } of await renderLarge()) {
    t.diagnostic(`${name}: ${ended} ${Math.round(ms)} ms, ${Math.round(peakBytes / 1024 ** 2)} MiB`)
    assert.equal(ended, 'ready', name)
    assert.ok(peakBytes < MOST_BYTES, `${name}: ${peakBytes} bytes`)
  }
})
