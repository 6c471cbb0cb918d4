import { typeOfExtension } from '@trove/contract/media-types'
import { formatCount } from '../lib/format.ts'

type Named = { name: string; folder: string }

const MOST_CHARACTERS = 200

/** What a batch is called until somebody calls it otherwise: the folder, the file, or `12 photos`. */
export function batchName(files: readonly Named[]): string {
  const [first] = files
  const tops = new Set(files.map(({ folder }) => folder.split('/')[0] ?? ''))
  const [top = ''] = tops
  const name = tops.size === 1 && top !== '' ? top : files.length === 1 ? first?.name : countOf(files)
  return [...(name ?? '')].slice(0, MOST_CHARACTERS).join('').trim() || formatCount(files.length, 'file')
}

function countOf(files: readonly Named[]): string {
  const kinds = new Set(files.map(({ name }) => typeOfExtension(name)?.kind))
  const [kind] = kinds
  const word = kinds.size > 1 ? 'file' : kind === 'image' ? 'photo' : kind === 'video' ? 'video' : 'file'
  return formatCount(files.length, word)
}
