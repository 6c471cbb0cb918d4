export type Disposition = 'inline' | 'attachment'

/** Types a browser shows without running anything that is in them. Whatever is not here is downloaded. */
const SHOWN = new Set([
  'image/jpeg',
  'image/png',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/bmp',
  'image/heic',
  'image/heif',
  'image/tiff',
  'image/x-icon',
  'video/mp4',
  'video/webm',
  'video/ogg',
  'video/quicktime',
  'video/x-matroska',
  'video/x-m4v',
  'video/mpeg',
  'audio/mpeg',
  'audio/mp4',
  'audio/aac',
  'audio/ogg',
  'audio/opus',
  'audio/wav',
  'audio/x-wav',
  'audio/webm',
  'audio/flac',
  'audio/x-flac',
  'application/pdf',
  'text/plain',
])
/** What a browser could take for a page, a style or a program if it were asked to open it. */
const RUNNABLE = /^text\/|html|xml|svg|script|wasm|x-shockwave/

/** How bytes of a type may leave this origin: as what they are and shown, or as a download, or as mere bytes. */
export function presentSafely(
  mediaType: string,
  wanted: Disposition,
): { contentType: string; disposition: Disposition } {
  const type = mediaType.toLowerCase()
  if (type === 'text/plain') return { contentType: 'text/plain; charset=utf-8', disposition: wanted }
  if (SHOWN.has(type)) return { contentType: type, disposition: wanted }
  const isHarmless = /^[a-z]+\/[a-z0-9.+-]+$/.test(type) && !RUNNABLE.test(type)
  return { contentType: isHarmless ? type : 'application/octet-stream', disposition: 'attachment' }
}

/**
 * A Content-Disposition that every client reads: an ASCII name for the old, UTF-8 for the others (RFC 6266 §4.3,
 * RFC 8187). Nothing in a name can end the quoted string or the header.
 */
export function contentDisposition(disposition: Disposition, filename: string): string {
  const name = filename.toWellFormed().replace(/\p{Cc}/gu, '_')
  const fallback = name.replace(/[^\x20-\x7e]/gu, '_').replace(/["\\%/;]/g, '_')
  const quoted = `${disposition}; filename="${fallback}"`
  return fallback === name ? quoted : `${quoted}; filename*=UTF-8''${encodeExtended(name)}`
}

/** `attr-char` of RFC 8187 §3.2.1 stays as it is, all else is percent-encoded. */
function encodeExtended(text: string): string {
  return encodeURIComponent(text).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}
