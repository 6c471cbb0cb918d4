import { assert, describe, test } from 'vitest'
import { pathOfPeaks } from './sound-peaks.ts'

const heights = (path: string): number[] => [...path.matchAll(/v([\d.]+)/g)].map(([, height]) => Number(height))

describe('the bars of a waveform', () => {
  test('are as many as asked for, the loudest as high as the box', () => {
    const drawn = heights(pathOfPeaks(Uint8Array.from([0, 64, 128, 0]), 4))
    assert.deepEqual(drawn, [2, 48, 96, 2])
  })

  test('each show the loudest of what they stand for', () => {
    const peaks = new Uint8Array(4000).fill(10)
    peaks[3999] = 200
    const drawn = heights(pathOfPeaks(peaks, 100))
    assert.strictEqual(drawn.length, 100)
    assert.deepEqual([drawn[98], drawn[99]], [4.8, 96])
  })

  test('are there for a recording of fewer points than bars, and for silence', () => {
    assert.deepEqual(new Set(heights(pathOfPeaks(Uint8Array.from([9]), 50))), new Set([96]))
    assert.deepEqual(new Set(heights(pathOfPeaks(new Uint8Array(10), 50))), new Set([2]))
  })
})
