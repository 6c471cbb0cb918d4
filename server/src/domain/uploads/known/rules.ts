import { createHash, randomBytes, randomInt } from 'node:crypto'

/** Enough that they cannot be guessed, few enough that the store answers at once. */
const RANGES = 4
const RANGE_BYTES = 64 * 1024

export type Range = { first: number; last: number }

/** Ranges that nobody could know before, and a nonce that makes each answer another. */
export function chooseRanges(sizeBytes: number): { nonce: string; ranges: Range[] } {
  const nonce = randomBytes(32).toString('hex')
  if (sizeBytes <= RANGES * RANGE_BYTES) return { nonce, ranges: [{ first: 0, last: sizeBytes - 1 }] }
  const ranges = Array.from({ length: RANGES }, () => {
    const first = randomInt(0, sizeBytes - RANGE_BYTES)
    return { first, last: first + RANGE_BYTES - 1 }
  })
  return { nonce, ranges }
}

/** SHA-256, in hexadecimal, over the nonce and the bytes of each range in turn. */
export function answerOf(nonce: string, parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256').update(Buffer.from(nonce, 'hex'))
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}
