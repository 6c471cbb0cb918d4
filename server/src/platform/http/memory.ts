/** Smaller buffers may be part of a pool, and are no burden. */
const FREED_FROM_BYTES = 16 * 1024

/**
 * Gives back the memory of a chunk that nobody will read again. Left to the garbage collector, the buffers of network
 * and disk make it look through the whole heap some 45 times for each GiB, for more CPU than hashing takes.
 */
export function freeChunk(chunk: Uint8Array): void {
  const { buffer } = chunk
  const isAlone = buffer instanceof ArrayBuffer && buffer.byteLength === chunk.byteLength
  if (isAlone && chunk.byteLength >= FREED_FROM_BYTES) buffer.transfer(0)
}
