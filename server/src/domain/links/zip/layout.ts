import { createHash } from 'node:crypto'
import type { DeliverableKey } from '../../../platform/objects/index.ts'

/** One file in a ZIP. */
export type Entry = {
  /** Safe, with `/` between folders. */
  path: string
  /** Where its bytes are, or the bytes themselves where there are few. */
  content: { objectKey: DeliverableKey } | { bytes: Buffer }
  sizeBytes: number
  /** Of its bytes. */
  etag: string
  modifiedAt: Date
}

/** A stretch of a ZIP, and how its bytes are come by. What needs the checksum of bytes is made when they are known. */
export type Section = { length: number } & (
  | { kind: 'bytes'; bytes: Buffer }
  | { kind: 'content'; entry: Entry; objectKey: DeliverableKey }
  | { kind: 'descriptor'; entry: Entry }
  | { kind: 'directory' }
)

export type Layout = {
  sizeBytes: number
  etag: string
  entries: readonly Entry[]
  sections: readonly Section[]
  /** The bytes after an entry that tell its checksum. */
  descriptorOf(entry: Entry, crc: number): Buffer
  /** The directory at the end. @param crcs  in the order of the entries */
  directoryOf(crcs: readonly number[]): Buffer
}

const MOST_32 = 0xffff_ffff
const MOST_16 = 0xffff
const FLAGS = 0x0808 // the checksum follows the content; the name is UTF-8
const STORED = 0
const PLAIN_VERSION = 20
const ZIP64_VERSION = 45
const UNIX = 3 << 8
/** A plain file that its owner may change and everybody may read. */
const ATTRIBUTES = (0o100644 << 16) >>> 0
const LAYOUT_VERSION = 1

/**
 * Where everything in a ZIP of these files stands (APPNOTE 6.3, nothing compressed, ZIP64 where it is needed). It is
 * the same each time, so its size is known before the first byte is read, and it can be gone on with anywhere.
 */
export function layOut(entries: readonly Entry[]): Layout {
  const sections: Section[] = []
  const offsets: number[] = []
  let at = 0
  const add = (section: Section) => {
    sections.push(section)
    at += section.length
  }
  for (const entry of entries) {
    offsets.push(at)
    const bytes = localHeader(entry)
    add({ kind: 'bytes', bytes, length: bytes.length })
    if ('bytes' in entry.content) add({ kind: 'bytes', bytes: entry.content.bytes, length: entry.sizeBytes })
    else if (entry.sizeBytes > 0)
      add({ kind: 'content', entry, objectKey: entry.content.objectKey, length: entry.sizeBytes })
    add({ kind: 'descriptor', entry, length: isLarge(entry) ? 24 : 16 })
  }
  const start = at
  const directoryOf = (crcs: readonly number[]) => directory(entries, offsets, crcs, start)
  add({ kind: 'directory', length: directoryOf(entries.map(() => 0)).length })
  return { sizeBytes: at, etag: etagOf(entries), entries, sections, descriptorOf: descriptor, directoryOf }
}

const isLarge = ({ sizeBytes }: Entry): boolean => sizeBytes >= MOST_32

function etagOf(entries: readonly Entry[]): string {
  const hash = createHash('sha256').update(`zip ${LAYOUT_VERSION}`)
  for (const { path, etag, sizeBytes, modifiedAt } of entries)
    hash.update(JSON.stringify([path, etag, sizeBytes, modifiedAt.getTime()]))
  return `"${hash.digest('hex')}"`
}

function localHeader(entry: Entry): Buffer {
  const name = Buffer.from(entry.path)
  // The checksum and sizes come after the content; that they then have 8 bytes is told by this field.
  const extra = isLarge(entry) ? zip64([entry.sizeBytes, entry.sizeBytes]) : Buffer.alloc(0)
  const head = Buffer.alloc(30)
  head.writeUInt32LE(0x04034b50, 0)
  head.writeUInt16LE(isLarge(entry) ? ZIP64_VERSION : PLAIN_VERSION, 4)
  head.writeUInt16LE(FLAGS, 6)
  head.writeUInt16LE(STORED, 8)
  head.writeUInt32LE(dosTime(entry.modifiedAt), 10)
  if (isLarge(entry)) head.fill(0xff, 18, 26)
  head.writeUInt16LE(name.length, 26)
  head.writeUInt16LE(extra.length, 28)
  return Buffer.concat([head, name, extra])
}

function descriptor(entry: Entry, crc: number): Buffer {
  const bytes = Buffer.alloc(isLarge(entry) ? 24 : 16)
  bytes.writeUInt32LE(0x08074b50, 0)
  bytes.writeUInt32LE(crc, 4)
  if (isLarge(entry)) {
    bytes.writeBigUInt64LE(BigInt(entry.sizeBytes), 8)
    bytes.writeBigUInt64LE(BigInt(entry.sizeBytes), 16)
  } else {
    bytes.writeUInt32LE(entry.sizeBytes, 8)
    bytes.writeUInt32LE(entry.sizeBytes, 12)
  }
  return bytes
}

function directory(
  entries: readonly Entry[],
  offsets: readonly number[],
  crcs: readonly number[],
  start: number,
): Buffer {
  const headers = entries.map((entry, i) => centralHeader(entry, crcs[i] ?? 0, offsets[i] ?? 0))
  const size = headers.reduce((sum, { length }) => sum + length, 0)
  return Buffer.concat([...headers, ending(entries.length, start, size)])
}

function centralHeader(entry: Entry, crc: number, offset: number): Buffer {
  const name = Buffer.from(entry.path)
  const isFar = offset >= MOST_32
  const sizes = isLarge(entry) ? [entry.sizeBytes, entry.sizeBytes] : []
  const extra = isLarge(entry) || isFar ? zip64(isFar ? [...sizes, offset] : sizes) : Buffer.alloc(0)
  const version = extra.length > 0 ? ZIP64_VERSION : PLAIN_VERSION
  const size = Math.min(entry.sizeBytes, MOST_32)
  const head = Buffer.alloc(46)
  head.writeUInt32LE(0x02014b50, 0)
  head.writeUInt16LE(UNIX | version, 4)
  head.writeUInt16LE(version, 6)
  head.writeUInt16LE(FLAGS, 8)
  head.writeUInt16LE(STORED, 10)
  head.writeUInt32LE(dosTime(entry.modifiedAt), 12)
  head.writeUInt32LE(crc, 16)
  head.writeUInt32LE(size, 20)
  head.writeUInt32LE(size, 24)
  head.writeUInt16LE(name.length, 28)
  head.writeUInt16LE(extra.length, 30)
  head.writeUInt32LE(ATTRIBUTES, 38)
  head.writeUInt32LE(Math.min(offset, MOST_32), 42)
  return Buffer.concat([head, name, extra])
}

/** What every reader looks for first: how many entries there are, and where their directory is. */
function ending(count: number, start: number, size: number): Buffer {
  const plain = Buffer.alloc(22)
  plain.writeUInt32LE(0x06054b50, 0)
  plain.writeUInt16LE(Math.min(count, MOST_16), 8)
  plain.writeUInt16LE(Math.min(count, MOST_16), 10)
  plain.writeUInt32LE(Math.min(size, MOST_32), 12)
  plain.writeUInt32LE(Math.min(start, MOST_32), 16)
  if (count < MOST_16 && size < MOST_32 && start < MOST_32) return plain
  const large = Buffer.alloc(56)
  large.writeUInt32LE(0x06064b50, 0)
  large.writeBigUInt64LE(44n, 4)
  large.writeUInt16LE(UNIX | ZIP64_VERSION, 12)
  large.writeUInt16LE(ZIP64_VERSION, 14)
  large.writeBigUInt64LE(BigInt(count), 24)
  large.writeBigUInt64LE(BigInt(count), 32)
  large.writeBigUInt64LE(BigInt(size), 40)
  large.writeBigUInt64LE(BigInt(start), 48)
  const locator = Buffer.alloc(20)
  locator.writeUInt32LE(0x07064b50, 0)
  locator.writeBigUInt64LE(BigInt(start + size), 8)
  locator.writeUInt32LE(1, 16)
  return Buffer.concat([large, locator, plain])
}

function zip64(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + values.length * 8)
  extra.writeUInt16LE(1, 0)
  extra.writeUInt16LE(values.length * 8, 2)
  for (const [i, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + i * 8)
  return extra
}

const DOS_EPOCH_YEAR = 1980
const DOS_LAST_YEAR = 2107

/** To two seconds, in UTC; time in the lower half, date in the upper. */
function dosTime(at: Date): number {
  const year = Math.min(Math.max(at.getUTCFullYear(), DOS_EPOCH_YEAR), DOS_LAST_YEAR)
  const date = ((year - DOS_EPOCH_YEAR) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate()
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1)
  return ((date << 16) | time) >>> 0
}
