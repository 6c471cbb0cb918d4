import { expect, test } from 'vitest'
import { baseFor, stretchOf } from './useTall.ts'

test('what a browser can place is placed as it is', () => {
  expect(stretchOf(9_000_000)).toBe(9_000_000)
  expect(baseFor(8_999_000, 0, 9_000_000)).toBe(0)
})

test('of what is taller a stretch is there, and it is moved only near its ends', () => {
  const height = 60_000_000
  expect(stretchOf(height)).toBe(12_000_000)
  expect(baseFor(9_000_000, 0, height)).toBe(0)
  expect(baseFor(10_500_000, 0, height)).toBe(4_500_000)
  expect(baseFor(11_000_000, 4_500_000, height)).toBe(4_500_000)
  expect(baseFor(59_990_000, 4_500_000, height)).toBe(48_000_000)
  expect(baseFor(100, 48_000_000, height)).toBe(0)
})

test('any place is within the stretch that is there for it', () => {
  for (const height of [100, 12_000_001, 33_000_000, 90_000_000])
    for (let top = 0; top <= height; top += height / 97) {
      const base = baseFor(top, 7_000_000, height)
      expect(top - base).toBeGreaterThanOrEqual(0)
      expect(top - base).toBeLessThanOrEqual(stretchOf(height))
    }
})

test('a grid that has become shorter ends where it ends', () => {
  expect(baseFor(15_000_000, 40_000_000, 20_000_000)).toBe(8_000_000)
})
