/** Memory that is used again: fresh megabytes for every slab would keep the collector as busy as the sending. */
const CHUNK_BYTES = 1024 * 1024
/** What is left of a burst; the rest goes back to the system. */
const MOST_FREE = 64
/** Less than this is not worth a chunk of its own size. */
const SMALL_BYTES = 256 * 1024

const free: ArrayBufferLike[] = []

/** A copy of the bytes, in memory that may have been used before. */
export function copyOf(bytes: Uint8Array): Buffer {
  if (bytes.length < SMALL_BYTES || bytes.length > CHUNK_BYTES) return Buffer.from(bytes)
  const memory = free.pop() ?? new ArrayBuffer(CHUNK_BYTES)
  const copy = Buffer.from(memory, 0, bytes.length)
  copy.set(bytes)
  return copy
}

/** Nobody reads these any more, nor will: their memory may be filled anew. */
export function recycle(chunks: readonly Uint8Array[]): void {
  for (const { buffer } of chunks)
    if (buffer.byteLength === CHUNK_BYTES && free.length < MOST_FREE && !free.includes(buffer)) free.push(buffer)
}
