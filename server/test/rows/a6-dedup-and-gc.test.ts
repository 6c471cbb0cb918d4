import { describe, test } from 'node:test'
import { attachAndDelete, deleteLastAmidUploads } from './a6-dedup-and-gc.ts'

describe('A6, a few rounds', () => {
  test('bytes whose last file is deleted while they are uploaded again are there for the new one', () =>
    deleteLastAmidUploads(15))

  test('hundreds of attachments and deletions of the same bytes at once lose nothing and leak nothing', () =>
    attachAndDelete(250, 4))
})
