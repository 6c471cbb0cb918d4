import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import stringWidth from 'string-width'
import { createNames, safeName } from '../src/download/names.ts'
import { readLink } from '../src/download/visit.ts'
import { Failure } from '../src/failure.ts'
import { openLanes } from '../src/lanes.ts'
import { waitAfter } from '../src/server/retry.ts'
import { linesOf } from '../src/terminal/bars.ts'
import { fit, formatBytes, formatShare, printable, quoted } from '../src/terminal/text.ts'

describe('what the client decides without looking', () => {
  test('a name from anywhere is one name in a folder', () => {
    for (const name of [
      '..',
      '.',
      '',
      ' ',
      '../x',
      'a/b',
      'a\\b',
      'a\0b',
      'nul',
      'COM1.txt',
      'x'.repeat(999),
      '👩‍👩‍👧'.repeat(99),
      '\ud800',
    ])
      for (const platform of ['linux', 'darwin', 'win32'] as const) {
        const safe = safeName(name, 'id', platform)
        assert.match(safe, /^[^\p{Cc}/\\]{1,255}$/u)
        assert.ok(safe.isWellFormed() && Buffer.byteLength(safe) <= 255 && !['.', '..'].includes(safe))
        assert.doesNotMatch(safe, /^(nul|com1)(\.|$)/i)
      }
    assert.equal(safeName('a:b?. ', 'id', 'win32'), 'a_b__')
    assert.equal(safeName('a:b?. ', 'id', 'linux'), 'a:b?. ')
    assert.notEqual(
      safeName(`${'x'.repeat(300)}.jpg`, 'one', 'linux'),
      safeName(`${'x'.repeat(300)}.jpg`, 'two', 'linux'),
    )
    assert.match(safeName(`${'x'.repeat(300)}.jpg`, 'one', 'linux'), /\.jpg$/)
  })

  test('no two files get one name, by what the disk takes for the same', () => {
    const named = (isCaseBlind: boolean) => {
      const nameIn = createNames({ platform: 'linux', isCaseBlind })
      return ['a.jpg', 'A.jpg', 'a.jpg', 'a (2).jpg', '.x'].map((name, i) => nameIn('folder', { id: String(i), name }))
    }
    assert.deepEqual(named(false), ['a.jpg', 'A.jpg', 'a (2).jpg', 'a (2) (2).jpg', '.x'])
    assert.deepEqual(named(true), ['a.jpg', 'A (2).jpg', 'a (3).jpg', 'a (2) (2).jpg', '.x'])
  })

  test('what may pass is waited for, longer each time and as long as the server asks; the rest is not', () => {
    const busy = new Failure('unavailable', '', { status: 503 })
    assert.deepEqual(
      [1, 2, 3, 20].map((failures) => waitAfter(busy, failures, 0.5)),
      [500, 1_000, 2_000, 30_000],
    )
    assert.equal(waitAfter(new Failure('too-many-requests', '', { status: 429, retryAfterMs: 9_000 }), 1, 0), 9_000)
    assert.equal(waitAfter(new Failure('lost', ''), 1, 0.5), 500)
    const fault = new Failure('internal', '', { status: 500 })
    assert.deepEqual([waitAfter(fault, 5, 0.5), waitAfter(fault, 6, 0.5)], [8_000, undefined])
    for (const final of [
      new Failure('storage-full', '', { status: 507 }),
      new Failure('quota-exceeded', '', { status: 413 }),
      new Failure('not-signed-in', '', { status: 401 }),
    ])
      assert.equal(waitAfter(final, 1, 0.5), undefined)
  })

  test('more files move at a time while that makes it faster, and fewer when the server has enough', () => {
    let nowMs = 0
    const lanes = openLanes(undefined, () => nowMs)
    const pass = (bytes: number) => {
      nowMs += 2_000
      lanes.moved(bytes)
      return lanes.limit()
    }
    assert.deepEqual([lanes.limit(), pass(1_000), pass(2_000), pass(2_000), pass(4_000)], [4, 6, 8, 8, 10])
    lanes.tooMany()
    assert.deepEqual([lanes.limit(), pass(90_000)], [5, 5])
    assert.equal(openLanes(3).limit(), 3)
  })

  test('what is drawn fits the screen, however wide a name is, and never says 100 % before the end', () => {
    const rows = new Map(
      ['日本語の名前'.repeat(20), 'plain.txt', '👩‍👩‍👧'.repeat(40), 'esc\u001b[2J'].map((path) => [
        path,
        { bytes: 1_000, movedBytes: 999, waiting: undefined },
      ]),
    )
    const whole = { files: 9, bytes: 4_000, done: 1, present: 0, failed: [] }
    for (const columns of [20, 40, 80, 200])
      for (const line of linesOf(
        { rows, whole, waiting: undefined, movedBytes: 3_999, bytesPerSecond: 10 },
        columns,
        24,
      )) {
        assert.ok(stringWidth(line) < columns + 1, `${columns}: ${line}`)
        assert.doesNotMatch(line, /100 %|\p{Cc}/u)
      }
    assert.equal(linesOf({ rows, whole, waiting: undefined, movedBytes: 0, bytesPerSecond: 0 }, 80, 5).length, 4)
    assert.deepEqual([formatShare(999, 1_000), formatShare(5, 5), formatShare(0, 0)], ['99 %', '100 %', '0 %'])
    assert.deepEqual([formatBytes(1023), formatBytes(1_500_000), formatBytes(2 ** 40)], ['1023 B', '1.4 MB', '1 TB'])
    assert.equal(fit('abcdefghij', 5), 'ab…ij')
    assert.equal(printable('a\u202eb\nc'), 'a\ufffdb\ufffdc')
    assert.equal(quoted("it's"), "'it'\\''s'")
  })

  test('an address is a shared link only when it is one', () => {
    const id = '0198a2f4-1111-7000-8000-000000000001'
    const token = 'x'.repeat(43)
    assert.deepEqual(readLink(`https://t.example/trove/s#${id}.${token}`), { place: 'https://t.example/trove', token })
    for (const word of [
      `https://t.example/x#${id}.${token}`,
      'https://t.example/s',
      'org/folder',
      `ftp://t.example/s#${id}.${token}`,
    ])
      assert.equal(readLink(word), undefined)
  })
})
