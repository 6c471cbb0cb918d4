import type { FileHandle } from 'node:fs/promises'

/** Entries of one directory that are looked at: a camera writes some fifty. */
const MOST_ENTRIES = 200
/** A value of more bytes than this is a picture or a maker's secret, and nothing that is read here. */
const LARGEST_VALUE = 64 * 1024

/** Bytes that stand for one value of each type of TIFF 6.0 §2; 0: a type that is not read. */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4] as const
const BYTE = 1
const SHORT = 3
const LONG = 4
const IFD = 13

/** `value`: as it stands in the file, in the order of bytes of the file. */
export type Entry = { tag: number; type: number; count: number; value: Buffer }
/** `far`: where the values are that are too large to be read with it. */
export type Directory = { entries: Map<number, Entry>; far: Map<number, { at: number; bytes: number }>; next: number }

/** A file of directories as TIFF has them. `base`: where its offsets are counted from. */
export type Directories = { file: FileHandle; isLittle: boolean; base?: number }

/** Bytes behind the end of the file are zeros. */
export async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  await file.read(bytes, 0, length, at)
  return bytes
}

/** One directory, with those of its values that are small. Wherever it is, no more than some hundred reads. */
export async function readDirectory({ file, isLittle, base = 0 }: Directories, at: number): Promise<Directory> {
  const bytes = await readAt(file, base + at, 2 + MOST_ENTRIES * 12 + 4)
  const u16 = (from: number) => (isLittle ? bytes.readUInt16LE(from) : bytes.readUInt16BE(from))
  const u32 = (from: number) => (isLittle ? bytes.readUInt32LE(from) : bytes.readUInt32BE(from))
  const count = Math.min(u16(0), MOST_ENTRIES)
  const entries: Directory['entries'] = new Map()
  const far: Directory['far'] = new Map()
  for (let from = 2; from < 2 + count * 12; from += 12) {
    const [tag, type, length] = [u16(from), u16(from + 2), u32(from + 4)]
    const size = (TYPE_BYTES[type] ?? 0) * length
    if (size > LARGEST_VALUE) far.set(tag, { at: base + u32(from + 8), bytes: size })
    if (size === 0 || size > LARGEST_VALUE) continue
    const value = size <= 4 ? bytes.subarray(from + 8, from + 8 + size) : await readAt(file, base + u32(from + 8), size)
    entries.set(tag, { tag, type, count: length, value })
  }
  return { entries, far, next: u32(2 + count * 12) }
}

/** The whole numbers of an entry; none of one that holds something else. */
export function numbersOf(entry: Entry | undefined, isLittle: boolean): number[] {
  if (entry === undefined) return []
  const { type, count, value } = entry
  if (type === BYTE) return [...value]
  if (type !== SHORT && type !== LONG && type !== IFD) return []
  return Array.from({ length: count }, (_, index) =>
    type === SHORT
      ? isLittle
        ? value.readUInt16LE(index * 2)
        : value.readUInt16BE(index * 2)
      : isLittle
        ? value.readUInt32LE(index * 4)
        : value.readUInt32BE(index * 4),
  )
}

const TAG = { xmp: 700, iptc: 33_723, exif: 34_665, icc: 34_675, gps: 34_853 }
const HEAD_BYTES = 8

/**
 * What is said of the picture, gathered from wherever it stands in a large file: the blocks that a JPEG would carry.
 *
 * @param apart  the directories below the first, where they are not in the same file
 */
export async function gatherBlocks(
  directories: Directories,
  first: Directory,
  apart?: { exif: Entry[]; gps: Entry[] },
): Promise<{ exif: Buffer; xmp?: Buffer; iptc?: Buffer; icc?: Buffer }> {
  const { isLittle } = directories
  const below = async (tag: number) => {
    const at = numbersOf(first.entries.get(tag), isLittle)[0] ?? 0
    return at === 0 ? [] : [...(await readDirectory(directories, at)).entries.values()]
  }
  const { exif, gps } = apart ?? { exif: await below(TAG.exif), gps: await below(TAG.gps) }
  const pointers = new Set<number>(Object.values(TAG))
  const own = [...first.entries.values()].filter(({ tag }) => !pointers.has(tag))
  const block = (tag: number) => first.entries.get(tag)?.value
  const [xmp, iptc, icc] = [block(TAG.xmp), block(TAG.iptc), block(TAG.icc)]
  return {
    exif: written(isLittle, { own, exif, gps }),
    ...(xmp && { xmp }),
    ...(iptc && { iptc }),
    ...(icc && { icc }),
  }
}

/** A TIFF of directories alone. */
function written(isLittle: boolean, { own, exif, gps }: { own: Entry[]; exif: Entry[]; gps: Entry[] }): Buffer {
  const u16 = (value: number) => {
    const bytes = Buffer.alloc(2)
    return isLittle ? (bytes.writeUInt16LE(value), bytes) : (bytes.writeUInt16BE(value), bytes)
  }
  const u32 = (value: number) => {
    const bytes = Buffer.alloc(4)
    return isLittle ? (bytes.writeUInt32LE(value), bytes) : (bytes.writeUInt32BE(value), bytes)
  }
  const directory = (entries: Entry[], at: number): Buffer => {
    const values: Buffer[] = []
    let end = at + 2 + entries.length * 12 + 4
    const lines = entries
      .toSorted((a, b) => a.tag - b.tag)
      .map(({ tag, type, count, value }) => {
        const place = value.length <= 4 ? Buffer.concat([value, Buffer.alloc(4 - value.length)]) : u32(end)
        if (value.length > 4) {
          values.push(value, Buffer.alloc(value.length % 2))
          end += value.length + (value.length % 2)
        }
        return Buffer.concat([u16(tag), u16(type), u32(count), place])
      })
    return Buffer.concat([u16(entries.length), ...lines, u32(0), ...values])
  }
  const pointer = (tag: number, at: number): Entry => ({ tag, type: LONG, count: 1, value: u32(at) })
  const firstOf = (exifAt: number, gpsAt: number) =>
    directory(
      [
        ...own,
        ...(exif.length > 0 ? [pointer(TAG.exif, exifAt)] : []),
        ...(gps.length > 0 ? [pointer(TAG.gps, gpsAt)] : []),
      ],
      HEAD_BYTES,
    )
  const exifAt = HEAD_BYTES + firstOf(0, 0).length
  const exifBytes = directory(exif, exifAt)
  const gpsAt = exifAt + exifBytes.length
  const head = Buffer.concat([Buffer.from(isLittle ? 'II' : 'MM', 'latin1'), u16(42), u32(HEAD_BYTES)])
  return Buffer.concat([head, firstOf(exifAt, gpsAt), exifBytes, directory(gps, gpsAt)])
}
