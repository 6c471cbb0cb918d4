import { Readable } from 'node:stream'
import { decode, extentOf, type Pull } from './framed-decode.ts'
import { changed, type Layouts } from './framed-layout.ts'
import type { ByteRange, ObjectStore } from './object-store.ts'

/** The plain bytes of a framed object, decoded as they are read. @throws ObjectMissing, ObjectChanged */
export async function readFramed(
  inner: ObjectStore,
  layouts: Layouts,
  key: string,
  range: ByteRange | undefined,
): Promise<Readable> {
  const { layout, sealer, whole } = await layouts.open(key)
  const first = range?.first ?? 0
  const last = Math.min(range?.last ?? Infinity, layout.plainBytes - 1)
  if (first > last) return Readable.from([])
  const extent = extentOf(layout.table, first, last, sealer)
  const source = whole === undefined ? await inner.get(key, { first: extent.start, last: extent.end - 1 }) : undefined
  const damaged = (reason: string) => {
    layouts.forget([key])
    return changed(key, reason)
  }
  const pull = source === undefined ? pullOf(whole?.subarray(extent.start, extent.end)) : pullFrom(source)
  const plain = decode(extent, { first, last }, { pull, sealer, damaged })
  const stream = Readable.from(plain, { objectMode: false, highWaterMark: 1024 * 1024 })
  // Whoever leaves while bytes are waited for need not wait for them.
  return stream.once('close', () => source?.destroy())
}

/** Pieces of memory one behind the other. */
export function pullOf(bytes: Buffer = Buffer.alloc(0)): Pull {
  let at = 0
  return (length) => {
    at += length
    return Promise.resolve(bytes.subarray(at - length, at))
  }
}

function pullFrom(source: Readable): Pull {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  let held: Buffer = Buffer.alloc(0)
  return async (length) => {
    const pieces: Buffer[] = []
    let missing = length
    for (;;) {
      const piece = held.subarray(0, missing)
      held = held.subarray(piece.length)
      missing -= piece.length
      if (missing === 0 && pieces.length === 0) return piece
      if (piece.length > 0) pieces.push(piece)
      if (missing === 0) return Buffer.concat(pieces)
      const next = await chunks.next()
      if (next.done === true) return Buffer.concat(pieces)
      held = next.value
    }
  }
}
