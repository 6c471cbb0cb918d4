import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'

/** Bytes that are ready to be sent, as often as it takes. */
export type Content = {
  readonly chunks: readonly Uint8Array[]
  readonly sizeBytes: number
  /** In base64: the store refuses what arrives changed. */
  readonly md5: string
}

export function contentOf(chunks: readonly Uint8Array[]): Content {
  const hash = createHash('md5')
  let sizeBytes = 0
  for (const chunk of chunks) {
    hash.update(chunk)
    sizeBytes += chunk.length
  }
  return { chunks, sizeBytes, md5: hash.digest('base64') }
}

/**
 * What a request says of its body. The body is a stream, so that the client signs the Content-MD5 and does not read all
 * bytes once more to sign those.
 */
export const bodyOf = ({ chunks, sizeBytes, md5 }: Content) => ({
  Body: Readable.from(chunks, { objectMode: false }),
  ContentLength: sizeBytes,
  ContentMD5: md5,
})
