import type { Integrity, Verification } from '@trove/contract/integrity'
import { describe, expect, test } from 'vitest'
import { foundBy, paceSentence } from './words.ts'

const run = (about: Partial<Verification>): Verification => ({
  id: 'x',
  kind: 'nightly',
  isSample: false,
  beganAt: '2026-05-04T03:47:00Z',
  endedAt: '2026-05-04T04:47:00Z',
  blobs: 10,
  bytes: 1000,
  damaged: 0,
  healed: 0,
  lostVariants: 0,
  ...about,
})

describe('words of integrity', () => {
  test('a reading says what it found, or that all is well, or that it has not ended', () => {
    expect(foundBy(run({}))).toBe('All well')
    expect(foundBy(run({ damaged: 2, healed: 1, lostVariants: 1, orphans: 3 }))).toBe(
      '2 damaged, 1 mended, 1 preview lost, made again, 3 objects without a file',
    )
    const { endedAt: _, ...unfinished } = run({})
    expect(foundBy(unfinished)).toBe('Nothing so far')
  })

  test('it says when reading everything takes longer than it should, and what to change', () => {
    const at = (nights: number, blobs = 5) => paceSentence({ blobs, nights, everyDays: 30 } as Integrity)
    expect(at(0, 0)).toBe('Nothing is stored yet.')
    expect(at(1)).toMatch(/takes one night\.$/)
    expect(at(31)).toMatch(/31 nights .* VERIFY_BYTES_PER_SECOND/)
  })
})
