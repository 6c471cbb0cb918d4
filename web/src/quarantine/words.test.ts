import type { Quarantined, Scanning } from '@trove/contract/scan'
import { describe, expect, test } from 'vitest'
import { countsOf, nameOf, scannerWords, whyOf } from './words.ts'

const none = { waiting: 0, held: 0, infected: 0, unscanned: 0 }
const file = (name: string): Quarantined['files'][number] => ({
  id: name,
  name,
  uploadedBy: { id: 'u', name: 'Ada' },
  uploadedAt: '2026-05-04T12:30:00Z',
})

describe('the words of the quarantine', () => {
  test('a row is called after its file, and says how many more it is', () => {
    expect(nameOf({ files: [file('a.jpg')] })).toBe('a.jpg')
    expect(nameOf({ files: [file('a.jpg'), file('b.jpg'), file('c.jpg')] })).toBe('a.jpg and 2 more')
  })

  test('why it is here is the name of what was found, or what kept it from being checked', () => {
    expect(whyOf({ scan: { status: 'infected', signature: 'Win.Test' } })).toBe('Infected: Win.Test')
    expect(whyOf({ scan: { status: 'held', reason: 'encrypted' } })).toMatch(/^Encrypted/)
  })

  test('an installation without a scanner says so, and one that is silent says what that means', () => {
    expect(scannerWords({ scanner: 'off', ...none }).name).toBe('Files are not scanned')
    const silent: Scanning = { scanner: 'silent', policy: 'hold', maxBytes: 104_857_600, ...none }
    expect(scannerWords(silent).detail).toMatch(/Only whoever uploaded them/)
    expect(scannerWords({ ...silent, policy: 'allow' }).detail).toMatch(/go out unchecked/)
  })

  test('only what there is is counted, and no further than the server counts', () => {
    expect(countsOf({ scanner: 'answers', ...none })).toEqual([])
    expect(countsOf({ scanner: 'answers', ...none, infected: 1, unscanned: 1000 })).toEqual([
      '1 infected',
      '1,000 or more not checked yet',
    ])
    expect(countsOf({ scanner: 'off', ...none, unscanned: 12 })).toEqual([])
  })
})
