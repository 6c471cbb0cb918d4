import { assert, describe, test } from 'vitest'
import { createMeter, secondsLeft } from './meter.ts'

describe('the speed of an upload', () => {
  test('is the mean over the last seconds, whatever the size of the steps', () => {
    const meter = createMeter()
    for (let atMs = 0; atMs <= 20_000; atMs += 50) meter.add(50_000, atMs)
    assert.ok(Math.abs(meter.rate(20_000) - 1_000_000) < 30_000, `${meter.rate(20_000)}`)
  })

  test('is not told before it can be known', () => {
    const meter = createMeter()
    meter.add(1_000_000, 0)
    meter.add(1_000_000, 100)
    assert.strictEqual(meter.rate(200), 0)
  })

  test('falls to nothing when nothing moves, and starts afresh afterwards', () => {
    const meter = createMeter()
    for (let atMs = 0; atMs <= 2_000; atMs += 100) meter.add(1_000, atMs)
    assert.ok(meter.rate(6_000) < 5_000)
    assert.strictEqual(meter.rate(60_000), 0)
    for (let atMs = 60_000; atMs <= 62_000; atMs += 100) meter.add(100_000, atMs)
    assert.ok(Math.abs(meter.rate(62_000) - 1_000_000) < 100_000, `${meter.rate(62_000)}`)
  })

  test('gives the time left, when it is known', () => {
    assert.strictEqual(secondsLeft(10_000, 0), undefined)
    assert.strictEqual(secondsLeft(10_000, 500), 20)
  })
})
