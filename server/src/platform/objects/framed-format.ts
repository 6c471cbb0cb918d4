import { crc32 } from 'node:zlib'

/**
 * How a framed object lies in the store:
 *
 *   header 64 | run | run | … | record header 16 | index | footer 128
 *
 * A run is what one write brought, at most 1 MiB: a record header, then frames of 64 KiB of plain bytes each, the last
 * perhaps less. A raw run's frames are as long as can be computed; a packed run begins with a table of their lengths.
 * An encrypted frame is nonce 12, ciphertext, tag 16. The index says how long each run is, equal neighbours counted
 * together. All numbers are little-endian.
 */
export const FRAME_BYTES = 64 * 1024
export const RUN_BYTES = 16 * FRAME_BYTES
export const HEADER_BYTES = 64
export const RECORD_BYTES = 16
export const FOOTER_BYTES = 128
/** What the footer's proof is about: everything in it but the proof itself. */
export const PROVED_BYTES = FOOTER_BYTES - 32
export const SALT_BYTES = 32

const HEADER_MAGIC = Buffer.from('TROVE\0FR')
const FOOTER_MAGIC = Buffer.from('TROVE\0FE')
const VERSION = 1
const KINDS = ['', 'raw', 'packed', 'index'] as const

export type Cipher = 'none' | 'aes-256-gcm'

/** What a framed object says of itself before its first byte. */
export type Header = { cipher: Cipher; organizationId: string; salt: Buffer; bytes: Buffer }

export type RunKind = 'raw' | 'packed'
/** What is written in front of a run or of the index. `storedBytes` does not count the record header itself. */
export type RecordHeader = { kind: RunKind | 'index'; plainBytes: number; storedBytes: number }

export type Footer = { header: Header; plainBytes: number; indexBytes: number; proof: Buffer; proved: Buffer }

export function writeHeader(cipher: Cipher, organizationId: string, salt: Buffer): Header {
  const bytes = Buffer.alloc(HEADER_BYTES)
  HEADER_MAGIC.copy(bytes)
  bytes[8] = VERSION
  bytes[9] = cipher === 'none' ? 0 : 1
  Buffer.from(organizationId.replaceAll('-', ''), 'hex').copy(bytes, 16)
  salt.copy(bytes, 32)
  return { cipher, organizationId, salt, bytes }
}

/** undefined: these bytes are no header that this version knows. */
export function readHeader(from: Buffer): Header | undefined {
  if (from.length < HEADER_BYTES || !from.subarray(0, 8).equals(HEADER_MAGIC)) return undefined
  const cipherNumber = from[9] ?? -1
  if (from[8] !== VERSION || cipherNumber > 1) return undefined
  const bytes = Buffer.from(from.subarray(0, HEADER_BYTES))
  const hex = bytes.toString('hex', 16, 32)
  const organizationId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return { cipher: cipherNumber === 0 ? 'none' : 'aes-256-gcm', organizationId, salt: bytes.subarray(32), bytes }
}

export function writeRecord(into: Buffer, at: number, { kind, plainBytes, storedBytes }: RecordHeader): void {
  into.writeUInt32LE(KINDS.indexOf(kind), at)
  into.writeUInt32LE(plainBytes, at + 4)
  into.writeUInt32LE(storedBytes, at + 8)
  into.writeUInt32LE(crc32(into.subarray(at, at + 12)), at + 12)
}

/** undefined: no record begins here. A file that was cut or filled with zeros by a loss of power ends before it. */
export function readRecord(from: Buffer): RecordHeader | undefined {
  if (from.length < RECORD_BYTES || crc32(from.subarray(0, 12)) !== from.readUInt32LE(12)) return undefined
  const kind = KINDS[from.readUInt32LE(0)]
  const [plainBytes, storedBytes] = [from.readUInt32LE(4), from.readUInt32LE(8)]
  if (kind === 'index') return { kind, plainBytes, storedBytes }
  const isRun = (kind === 'raw' || kind === 'packed') && plainBytes > 0 && plainBytes <= RUN_BYTES
  return isRun ? { kind, plainBytes, storedBytes } : undefined
}

/** The footer without its proof, which is put behind it. */
export function writeFooter(header: Header, plainBytes: number, indexBytes: number): Buffer {
  const bytes = Buffer.alloc(PROVED_BYTES)
  FOOTER_MAGIC.copy(bytes)
  bytes.writeBigUInt64LE(BigInt(plainBytes), 8)
  bytes.writeBigUInt64LE(BigInt(indexBytes), 16)
  header.bytes.copy(bytes, 24)
  return bytes
}

/** @param from  the last 128 bytes of the object */
export function readFooter(from: Buffer): Footer | undefined {
  if (from.length !== FOOTER_BYTES || !from.subarray(0, 8).equals(FOOTER_MAGIC)) return undefined
  const header = readHeader(from.subarray(24, 24 + HEADER_BYTES))
  if (header === undefined) return undefined
  const [plainBytes, indexBytes] = [Number(from.readBigUInt64LE(8)), Number(from.readBigUInt64LE(16))]
  if (!Number.isSafeInteger(plainBytes) || !Number.isSafeInteger(indexBytes)) return undefined
  return { header, plainBytes, indexBytes, proof: from.subarray(PROVED_BYTES), proved: from.subarray(0, PROVED_BYTES) }
}
