import { test } from 'node:test'
import { attachAndDelete, deleteLastAmidUploads } from '../rows/a6-dedup-and-gc.ts'

test('A6: in two hundred rounds of deleting the last and uploading the same no file is without its bytes', () =>
  deleteLastAmidUploads(200))

test('ten thousand rounds of concurrent attach and delete of the same bytes lose nothing and leak nothing', () =>
  attachAndDelete(10_000, 50))
