import { assert, describe, test } from 'vitest'
import { bufferedShares, readTime, stepFrame, timecodeAt } from './place-in-time.ts'

describe('time in a clip', () => {
  test('is read from the address', () => {
    assert.strictEqual(readTime('#t=83.2'), 83.2)
    assert.strictEqual(readTime('#t=-1'), 0)
    assert.strictEqual(readTime('#top'), 0)
    assert.strictEqual(readTime(''), 0)
  })

  test('steps by whole frames, at any rate, there and back', () => {
    for (const rate of [
      { num: 30_000, den: 1001 },
      { num: 24_000, den: 1001 },
      { num: 25, den: 1 },
      { num: 60, den: 1 },
    ]) {
      const frameOf = (seconds: number) => Math.floor((seconds * rate.num) / rate.den)
      let seconds = 0
      for (let frame = 1; frame <= 1000; frame += 1) {
        seconds = stepFrame(seconds, rate, 1)
        assert.strictEqual(frameOf(seconds), frame)
      }
      assert.strictEqual(frameOf(stepFrame(seconds, rate, -1)), 999)
    }
    assert.ok(stepFrame(0, { num: 25, den: 1 }, -1) >= 0)
  })

  test('shows what has been loaded', () => {
    const ranges = { length: 2, start: (i: number) => [0, 50][i] ?? 0, end: (i: number) => [10, 120][i] ?? 0 }
    assert.deepEqual(bufferedShares(ranges, 100), [
      { from: 0, to: 0.1 },
      { from: 0.5, to: 1 },
    ])
    assert.deepEqual(bufferedShares(ranges, NaN), [])
  })

  test('is written as editors write it', () => {
    const pal = { num: 25, den: 1 }
    assert.strictEqual(timecodeAt(0, pal), '00:00:00:00')
    assert.strictEqual(timecodeAt(61.5, pal), '00:01:01:12')
    assert.strictEqual(timecodeAt(1, pal, '10:00:00:24'), '10:00:01:24')
    const ntsc = { num: 30_000, den: 1001 }
    const at = (frame: number) => ((frame + 0.5) * 1001) / 30_000
    assert.strictEqual(timecodeAt(at(1799), ntsc, '00:00:00;00'), '00:00:59;29')
    assert.strictEqual(timecodeAt(at(1800), ntsc, '00:00:00;00'), '00:01:00;02')
    assert.strictEqual(timecodeAt(at(17_982), ntsc, '00:00:00;00'), '00:10:00;00')
    assert.strictEqual(timecodeAt(at(2), ntsc, '00:00:59;28'), '00:01:00;02')
    assert.strictEqual(timecodeAt(at(1800), ntsc), '00:01:00:00')
    assert.strictEqual(timecodeAt(3600, { num: 60_000, den: 1001 }, '00:00:00;00'), '01:00:00;00')
  })
})
