import { describe, expect, test } from 'vitest'
import { askAgainMs, coldSentence, damageSentence, waitOf } from './keeping.ts'

describe('what is told of how a file is kept', () => {
  test('a wait is told in seconds, and in minutes when it is long', () => {
    expect([0, 20, 89, 150].map(waitOf)).toEqual(['about 1 s', 'about 20 s', 'about 89 s', 'about 3 min'])
    expect(coldSentence(20)).toBe('In cold storage; back in about 20 s.')
  })

  test('it is asked again when it should be there, and not seldom', () => {
    expect([0, 4, 600].map(askAgainMs)).toEqual([1_000, 4_000, 10_000])
  })

  test('damage says what is wrong and what mends it', () => {
    expect(damageSentence({})).toBeUndefined()
    expect(damageSentence({ damage: 'missing' })).toMatch(
      /^Its stored bytes are missing\. .*uploading the same file again mends it/i,
    )
  })
})
