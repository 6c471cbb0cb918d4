import { describe, expect, test } from 'vitest'
import {
  daysUntil,
  extensionOf,
  formatBytes,
  formatDuration,
  formatMonth,
  formatRemaining,
  formatShare,
} from './format.ts'

describe('sizes', () => {
  test.each([
    [0, '0 B'],
    [1, '1 B'],
    [1023, '1,023 B'],
    [1024, '1 KB'],
    [1536, '1.5 KB'],
    [999.96 * 1024, '1 MB'],
    [10 * 1024 ** 3, '10 GB'],
    [123_456_789, '118 MB'],
    [-5, '0 B'],
  ])('%d bytes are %s', (bytes, said) => expect(formatBytes(bytes)).toBe(said))
})

describe('times', () => {
  test.each([
    [0, '0:00'],
    [7_400, '0:07'],
    [161_000, '2:41'],
    [3_761_000, '1:02:41'],
  ])('%d ms stand as %s', (ms, said) => {
    expect(formatDuration(ms)).toBe(said)
  })

  test.each([
    [0.2, '1 s'],
    [59, '59 s'],
    [61, '2 min'],
    [3600, '1 h'],
    [4800, '1 h 20 min'],
    [Infinity, ''],
  ])('%d s are left as %s', (s, said) => {
    expect(formatRemaining(s)).toBe(said)
  })

  test('a month is named whatever the zone of the reader', () => {
    expect(formatMonth('2026-05')).toBe('May 2026')
    expect(formatMonth('2026-01', 'short')).toBe('Jan')
  })

  test('days are counted up, and never below nothing', () => {
    expect(daysUntil(90_000_000, 0)).toBe(2)
    expect(daysUntil(0, 5)).toBe(0)
  })
})

test('a share is 100 % only at the end', () => {
  expect(formatShare(999_999, 1_000_000)).toBe('99 %')
  expect(formatShare(1, 1)).toBe('100 %')
  expect(formatShare(0, 0)).toBe('0 %')
})

test('an extension is shown when it is one', () => {
  expect(extensionOf('Cut 1.final.mov')).toBe('MOV')
  expect(extensionOf('README')).toBe('')
  expect(extensionOf('what. is this')).toBe('')
})
