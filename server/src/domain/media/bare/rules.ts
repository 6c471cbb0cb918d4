/**
 * How a copy without metadata is made. `pieces`: the same bytes with parts left out, so the picture is exactly the
 * original's. `child`: taken apart and written anew by a decoder, which runs in the media child.
 */
export type BareWay = { by: 'pieces' | 'child'; mediaType: string }

const PIECES = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif'])

/** Pictures that no part can be left out of with certainty: drawn anew, as what every program reads. */
const REDRAWN = new Set(['image/heic', 'image/avif', 'image/tiff'])

/** Containers that can be written anew around the same streams. */
const REMUXED = new Set([
  'video/mp4',
  'video/quicktime',
  'video/webm',
  'video/x-matroska',
  'audio/mpeg',
  'audio/mp4',
  'audio/flac',
  'audio/ogg',
  'audio/wav',
  'audio/x-wav',
  'audio/aac',
])

/** Undefined: files like this cannot be given away without what they say of their makers. */
export function bareWayOf(mediaType: string): BareWay | undefined {
  if (PIECES.has(mediaType)) return { by: 'pieces', mediaType }
  if (REDRAWN.has(mediaType)) return { by: 'child', mediaType: 'image/jpeg' }
  return REMUXED.has(mediaType) ? { by: 'child', mediaType } : undefined
}

/** Said of a file that there can be no such copy of. */
export const CANNOT_BE_BARE =
  'Files of this type cannot be given away without the metadata in them, and this link does not give that.'
