/** Where the pieces of a proxy lie, as the child found them. */
export type Stream = {
  headBytes: number
  /** From the beginning of the file to the first fragment. */
  firstAt: number
  fragments: readonly (readonly [bytes: number, ms: number])[]
}

/**
 * The pieces of one file as a playlist (RFC 8216): every segment is a range of the same bytes, so nothing is kept twice.
 *
 * @param address  of the file, seen from the playlist
 */
export function playlistOf({ headBytes, firstAt, fragments }: Stream, address: string): string {
  const longestMs = Math.max(0, ...fragments.map(([, ms]) => ms))
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${Math.max(1, Math.ceil(longestMs / 1000))}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    `#EXT-X-MAP:URI="${address}",BYTERANGE="${headBytes}@0"`,
  ]
  let at = firstAt
  for (const [bytes, ms] of fragments) {
    lines.push(`#EXTINF:${(ms / 1000).toFixed(6)},`, `#EXT-X-BYTERANGE:${bytes}@${at}`, address)
    at += bytes
  }
  return `${[...lines, '#EXT-X-ENDLIST'].join('\n')}\n`
}
