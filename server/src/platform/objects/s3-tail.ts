import { createHash, type Hash } from 'node:crypto'
import { copyOf } from './s3-chunks.ts'
import type { Content } from './s3-content.ts'

/** The bytes in memory of the part that is being filled: what came last, without a gap. */
export type Tail = ReturnType<typeof createTail>

/**
 * @param start  where the part begins
 * @param from   up to where it is not in memory
 * @param give   told of bytes that are no longer held
 */
export function createTail(start: number, from: number, give: (bytes: number) => void) {
  let chunks: Uint8Array[] = []
  let end = from
  /** Of the whole part, as long as all of it is here. */
  let hash: Hash | undefined = start === from ? createHash('md5') : undefined

  /** What lies between two positions, without a copy. */
  function slice(first: number, last: number): Uint8Array[] {
    const found: Uint8Array[] = []
    let at = from
    for (const chunk of chunks) {
      const [begin, stop] = [Math.max(first - at, 0), Math.min(last - at, chunk.length)]
      if (begin < stop) found.push(chunk.subarray(begin, stop))
      at += chunk.length
    }
    return found
  }

  return {
    start,
    from: () => from,
    sizeBytes: () => end - from,
    slice,
    chunks: (): readonly Uint8Array[] => chunks,

    /** Copies: the memory is the caller's again. */
    push(bytes: Uint8Array): void {
      const chunk = copyOf(bytes)
      chunks.push(chunk)
      hash?.update(chunk)
      end += chunk.length
    },

    /** The whole part as it is now; undefined when its beginning is not in memory. */
    content(): Content | undefined {
      return hash && { chunks: [...chunks], sizeBytes: end - from, md5: hash.copy().digest('base64') }
    },

    /** Lets go what lies wholly before a position: it is in the store in another form. */
    dropBefore(position: number): void {
      let freed = 0
      while (chunks[0] !== undefined && from + chunks[0].length <= position) {
        freed += chunks[0].length
        from += chunks.shift()?.length ?? 0
      }
      if (freed > 0) hash = undefined
      give(freed)
    },

    /** Lets go what lies behind a position, which must not lie before what is in memory. */
    cutAt(position: number): void {
      const kept = slice(from, position)
      give(end - position)
      chunks = kept
      end = position
      if (hash === undefined) return
      hash = createHash('md5')
      for (const chunk of kept) hash.update(chunk)
    },
  }
}
