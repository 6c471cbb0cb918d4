import { createHash } from 'node:crypto'
import { freeChunk } from '../http/memory.ts'
import { sha256, type Hashing, type HashStream, type Slab } from '../hashing/index.ts'
import type { ObjectStore } from './object-store.ts'
import type { Pace } from './pace.ts'

export type Fingerprint = { sha256: Buffer; sizeBytes: number }

export type Reading = {
  /** Threads to hash beside the reading; undefined: this one does both. */
  hashing?: Hashing | undefined
  pace?: Pace | undefined
  signal?: AbortSignal | undefined
  /** Hears of each piece that has been read. */
  onBytes?: ((bytes: number) => void) | undefined
}

/**
 * Reads an object from its first byte to its last.
 *
 * @throws ObjectMissing, or whatever the store fails with
 */
export async function fingerprint(
  objects: Pick<ObjectStore, 'get'>,
  key: string,
  reading: Reading = {},
): Promise<Fingerprint> {
  const body = await objects.get(key)
  try {
    const pieces = paced(body as AsyncIterable<Uint8Array>, reading)
    return await (reading.hashing === undefined ? hashHere(pieces) : hashBeside(pieces, reading.hashing))
  } finally {
    body.destroy()
  }
}

/** The bytes as they come, held to a pace and told of. */
export async function* paced(
  body: AsyncIterable<Uint8Array>,
  { pace, signal, onBytes }: Omit<Reading, 'hashing'>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    await pace?.take(chunk.length, signal)
    signal?.throwIfAborted()
    const { length } = chunk
    yield chunk
    onBytes?.(length)
  }
}

async function hashHere(pieces: AsyncIterable<Uint8Array>): Promise<Fingerprint> {
  const hash = createHash('sha256')
  let sizeBytes = 0
  for await (const piece of pieces) {
    hash.update(piece)
    sizeBytes += piece.length
    freeChunk(piece)
  }
  return { sha256: hash.digest(), sizeBytes }
}

/** One slab is hashed in a thread while the next is filled. What fits into one is hashed here: the way there takes longer. */
async function hashBeside(pieces: AsyncIterable<Uint8Array>, hashing: Hashing): Promise<Fingerprint> {
  let slab: Slab | undefined
  let stream: HashStream | undefined
  let before: Promise<void> = Promise.resolve()
  let sizeBytes = 0
  const passOn = async () => {
    const full = slab
    if (full === undefined) return
    slab = undefined
    stream ??= hashing.open()
    const following = stream
    await before
    before = following.update(full).finally(() => full.release())
    before.catch(() => undefined)
  }
  try {
    for await (const piece of pieces) {
      sizeBytes += piece.length
      for (let at = 0; at < piece.length;) {
        if (slab?.length === slab?.bytes.length) await passOn()
        slab ??= await hashing.slabs.take()
        const part = piece.subarray(at, at + slab.bytes.length - slab.length)
        slab.bytes.set(part, slab.length)
        slab.length += part.length
        at += part.length
      }
      freeChunk(piece)
    }
    if (stream === undefined)
      return { sha256: Buffer.from(sha256(slab?.bytes.subarray(0, slab.length) ?? new Uint8Array())), sizeBytes }
    await passOn()
    await before
    return { sha256: Buffer.from(await stream.digest()), sizeBytes }
  } finally {
    await before.catch(() => undefined)
    slab?.release()
    stream?.close()
  }
}
