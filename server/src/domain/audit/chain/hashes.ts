import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** A line of the trail as it is hashed: every column as text, in a fixed order. */
export type Line = { number: number; atMicros: number; columns: readonly (string | null)[] }
export type Leaf = { number: number; atMicros: number; hash: Buffer }
/** What a seal says, without the lines. */
export type SealHead = {
  number: number
  /** As PostgreSQL writes it, to the microsecond. */
  at: string
  afterNumber: number
  uptoNumber: number
  lineCount: number
  previous: Buffer
}

const HASH_BYTES = 32
const LEAF_BYTES = 16 + HASH_BYTES
/** What the first seal says came before it. */
export const NOTHING_BEFORE = Buffer.alloc(HASH_BYTES)

/** JSON quotes every text, so no two different lines are hashed alike. */
export function leafOf({ number, atMicros, columns }: Line): Leaf {
  const hash = createHash('sha256')
    .update(JSON.stringify([number, atMicros, ...columns]))
    .digest()
  return { number, atMicros, hash }
}

export function writeLeaves(leaves: readonly Leaf[]): Buffer {
  const bytes = Buffer.allocUnsafe(leaves.length * LEAF_BYTES)
  for (const [i, { number, atMicros, hash }] of leaves.entries()) {
    bytes.writeBigInt64BE(BigInt(number), i * LEAF_BYTES)
    bytes.writeBigInt64BE(BigInt(atMicros), i * LEAF_BYTES + 8)
    hash.copy(bytes, i * LEAF_BYTES + 16)
  }
  return bytes
}

export function readLeaves(bytes: Buffer): Leaf[] {
  return Array.from({ length: Math.floor(bytes.length / LEAF_BYTES) }, (_, i) => ({
    number: Number(bytes.readBigInt64BE(i * LEAF_BYTES)),
    atMicros: Number(bytes.readBigInt64BE(i * LEAF_BYTES + 8)),
    hash: bytes.subarray(i * LEAF_BYTES + 16, (i + 1) * LEAF_BYTES),
  }))
}

export function sealMac(key: Uint8Array, head: SealHead, leaves: Buffer): Buffer {
  const { number, at, afterNumber, uptoNumber, lineCount, previous } = head
  const leavesHash = createHash('sha256').update(leaves).digest('hex')
  const said = ['seal', number, at, afterNumber, uptoNumber, lineCount, previous.toString('hex'), leavesHash]
  return mac(key, said)
}

/** Shows that Trove itself dropped what ends before a day: whoever has only the database cannot say so in its name. */
export function pruningProof(key: Uint8Array, pruning: { before: string; lastSeal: number; lastMac: string }): Buffer {
  return mac(key, ['pruning', pruning.before, pruning.lastSeal, pruning.lastMac])
}

const mac = (key: Uint8Array, said: readonly unknown[]): Buffer =>
  createHmac('sha256', key).update(JSON.stringify(said)).digest()

export const isSame = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b)
