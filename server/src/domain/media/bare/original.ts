import { Buffer } from 'node:buffer'
import { setImmediate } from 'node:timers/promises'
import type { ObjectStore } from '../../../platform/objects/index.ts'
import { lengthOf, Unbarable, type Original, type Piece } from './pieces.ts'

const WINDOW_BYTES = 1024 * 1024
/** Of parts that are looked at one after another: those of a GIF of a quarter of a gigabyte. */
const MOST_LOOKS = 1_000_000
/** So many in any file, and one more for each few bytes: in honest ones most parts are longer. */
const [LOOKS_IN_ANY, BYTES_A_LOOK] = [100_000, 8]
/** After so many, others that wait for this process have a turn. */
const LOOKS_A_TURN = 5_000

/**
 * Reads an object through a window, so that looking at many small parts of it costs few requests. Looking ends when the
 * signal says so, or at more parts than any honest file has.
 */
export function openOriginal(
  objects: ObjectStore,
  { key, sizeBytes }: { key: string; sizeBytes: number },
  signal: AbortSignal,
): Original {
  const most = Math.min(MOST_LOOKS, LOOKS_IN_ANY + sizeBytes / BYTES_A_LOOK)
  let looks = 0
  let window = Buffer.alloc(0)
  let start = 0
  return {
    sizeBytes,
    async read(position, length) {
      signal.throwIfAborted()
      if (++looks > most) throw new Unbarable('The file is made of more parts than can be looked through.')
      if (looks % LOOKS_A_TURN === 0) await setImmediate()
      const end = Math.min(position + length, sizeBytes)
      if (position >= end) return Buffer.alloc(0)
      if (position < start || end > start + window.length) {
        const last = Math.min(sizeBytes, position + Math.max(length, WINDOW_BYTES)) - 1
        const stream = await objects.get(key, { first: position, last })
        window = Buffer.concat((await stream.toArray()) as Uint8Array[])
        start = position
      }
      return window.subarray(position - start, end - start)
    },
  }
}

/** The bytes of a copy, one after another. */
export async function* bytesOf(
  objects: ObjectStore,
  key: string,
  pieces: readonly Piece[],
): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    if (!('last' in piece)) yield piece
    else if (lengthOf(piece) > 0) yield* await objects.get(key, piece)
  }
}
