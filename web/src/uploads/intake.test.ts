import { assert, describe, test } from 'vitest'
import { pastedName, takeIn } from './intake.ts'
import type { Picked } from './model.ts'

const GIB = 1024 ** 3
const limits = { maxFileBytes: 10 * GIB, maxSessionBytes: 50 * GIB }
const picked = (name: string, size = 10, folder = ''): Picked => ({
  file: { name, size, type: '', lastModified: 1 } as File,
  folder,
})

describe('what was dropped', () => {
  test('is taken, without the litter of operating systems, and says what was left out', () => {
    const intake = takeIn(
      [picked('a.jpg', 10, 'Shoot'), picked('.DS_Store', 6148, 'Shoot'), picked('Thumbs.db', 10, 'Shoot')],
      limits,
    )
    assert.deepEqual(
      intake.groups.flat().map(({ file }) => file.name),
      ['a.jpg'],
    )
    assert.strictEqual(intake.notice, '2 hidden files left out: .DS_Store, Thumbs.db')
  })

  test('keeps a hidden file that was chosen by itself', () => {
    assert.strictEqual(takeIn([picked('.profile')], limits).groups.length, 1)
    assert.strictEqual(takeIn([picked('.profile', 10, 'home')], limits).groups.length, 0)
    assert.strictEqual(takeIn([picked('config', 10, 'project/.git')], limits).groups.length, 0)
  })

  test('is refused early, in words, when it is too large or empty', () => {
    const { refused, groups } = takeIn([picked('clip.mov', 14 * GIB), picked('note.txt', 0), picked('ok.jpg')], limits)
    assert.deepEqual(
      refused.map(({ reason }) => reason),
      ['Not uploaded: clip.mov is 14 GB; files may be up to 10 GB here.', 'Not uploaded: note.txt is empty.'],
    )
    assert.strictEqual(groups.flat().length, 1)
  })

  test('goes in as many sessions as the limit asks for', () => {
    const { groups } = takeIn(
      Array.from({ length: 12 }, (_, i) => picked(`${i}.mov`, 9 * GIB)),
      limits,
    )
    assert.deepEqual(
      groups.map((group) => group.length),
      [5, 5, 2],
    )
  })

  test('says so when there was nothing in it', () => {
    assert.strictEqual(takeIn([], limits).notice, 'There were no files in it.')
  })

  test('a picture from the clipboard is named after the moment', () => {
    assert.strictEqual(
      pastedName('image/jpeg', new Date(2026, 10, 21, 3, 4, 5)),
      'Pasted image 2026-11-21 at 03.04.05.jpg',
    )
  })
})
