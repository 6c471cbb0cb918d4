import { extensionOf, knownType } from '@trove/contract/media-types'

/**
 * How a copy without metadata is made. `pieces`: the same bytes with parts left out, so the picture is exactly the
 * original's. `child`: taken apart and written anew by a decoder, which runs in the media child.
 */
export type BareWay = { by: 'pieces' | 'child'; mediaType: string }

const PIECES = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif'])

/** Pictures that no part can be left out of with certainty: drawn anew, as what every program reads. */
const REDRAWN = new Set(['image/heic', 'image/avif', 'image/tiff'])

type Muxer = { name: string; options?: Record<string, string> }

/** The container that a copy is written in, around the same streams: always that of the original. */
export const muxers: Readonly<Record<string, Muxer>> = {
  'video/mp4': { name: 'mp4', options: { movflags: 'faststart' } },
  'video/quicktime': { name: 'mov', options: { movflags: 'faststart' } },
  'video/3gpp': { name: '3gp' },
  'video/webm': { name: 'webm' },
  'video/matroska': { name: 'matroska' },
  'audio/mpeg': { name: 'mp3', options: { id3v2_version: '0', write_id3v1: '0' } },
  'audio/mp4': { name: 'ipod', options: { movflags: 'faststart' } },
  'audio/flac': { name: 'flac' },
  'audio/ogg': { name: 'ogg' },
  'audio/webm': { name: 'webm' },
  'audio/wav': { name: 'wav' },
  'audio/aac': { name: 'adts' },
}

/** Undefined: files like this cannot be given away without what they say of their makers. */
export function bareWayOf(mediaType: string): BareWay | undefined {
  if (PIECES.has(mediaType)) return { by: 'pieces', mediaType }
  if (REDRAWN.has(mediaType)) return { by: 'child', mediaType: 'image/jpeg' }
  return mediaType in muxers ? { by: 'child', mediaType } : undefined
}

/** Said of a file that there can be no such copy of. */
export const CANNOT_BE_BARE =
  'Files of this type cannot be given away without the metadata in them, and this link does not give that.'

/** The same, said to somebody who may have the original. */
export const CANNOT_BE_BARE_HERE =
  'Files of this type cannot be had without the metadata in them: it cannot be told apart from the rest with certainty.'

/** The name of a copy: that of its file, with the extension of what the copy is. */
export function bareName(file: { name: string; mediaType: string }, copy: { mediaType: string }): string {
  const extension = knownType(copy.mediaType)?.extensions[0]
  if (copy.mediaType === file.mediaType || extension === undefined) return file.name
  const before = extensionOf(file.name)
  return `${before === undefined ? file.name : file.name.slice(0, -before.length - 1)}.${extension}`
}

/** The entity tag of a copy, which says nothing of the original. */
export function bareTag({ objectKey }: { objectKey: string }): string {
  const [name = ''] = objectKey.split('/').slice(-1)
  return `"${name.replace(/\.\w+$/, '')}"`
}
