import { Buffer } from 'node:buffer'
import type { ObjectStore } from '../../../platform/objects/index.ts'
import { lengthOf, type Original, type Piece } from './pieces.ts'

const WINDOW_BYTES = 1024 * 1024

/** Reads an object through a window, so that looking at many small parts of it costs few requests. */
export function openOriginal(objects: ObjectStore, key: string, sizeBytes: number): Original {
  let window = Buffer.alloc(0)
  let start = 0
  return {
    sizeBytes,
    async read(position, length) {
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
