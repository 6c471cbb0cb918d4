import { open, type FileHandle } from 'node:fs/promises'
import sharp from 'sharp'
import { readAt } from './ifd.ts'
import { readFacts, type Blocks } from './metadata.ts'
import { factorFor, gatherPlanes, type Rows } from './planes.ts'
import { OPENING, undecodable, type Picture } from './still.ts'
import { tiffOf, type Inks } from './tiff.ts'
import { Undecodable } from './undecodable.ts'
import { decode } from './variants.ts'

const HEAD_BYTES = 26
/** Of an image resource that is read: a colour profile of a print shop has half a megabyte. */
const LARGEST_RESOURCE = 4 * 1024 ** 2
const LARGEST_RESOURCES = 64 * 1024 ** 2
const MOST_RESOURCES = 500
const MOST_PIXELS = 500_000_000
const LONGEST_SIDE = 300_000
const CHUNK_BYTES = 1024 * 1024

/** Adobe Photoshop File Formats, "File Header Section". */
const MODE = { bitmap: 0, grey: 1, indexed: 2, rgb: 3, cmyk: 4, duotone: 8 } as const
const RESOURCE = { resolution: 1005, icc: 1039, iptc: 1028, exif: 1058, xmp: 1060 }

type Head = { isLarge: boolean; channels: number; height: number; width: number; depth: number; mode: number }

/**
 * The composite of a Photoshop document, read row by row from the end of the file, and how many layers it has.
 * Layers are not drawn: a document without a composite is ready without variants.
 *
 * @throws Undecodable
 */
export async function readPsd(path: string, side: number): Promise<Picture | Pick<Picture, 'summary'>> {
  const file = await open(path, 'r')
  try {
    const head = headOf(await readAt(file, 0, HEAD_BYTES))
    const sections = await sectionsOf(file, head)
    const facts = {
      ...readFacts(sections.blocks),
      bitDepth: head.depth,
      layers: sections.layers,
      ...(sections.dpi !== undefined && { dpi: sections.dpi }),
    }
    const summary = { widthPixels: head.width, heightPixels: head.height, facts }
    const rows = await readComposite(file, head, { ...sections, side })
    if (rows === undefined) return { summary }
    const inks: Inks = head.mode === MODE.cmyk ? 'cmyk' : 'light'
    const source = sharp(tiffOf(rows, head.mode === MODE.indexed ? undefined : sections.blocks.icc, inks), OPENING)
    return { pixels: await decode(source, side).catch(undecodable), summary }
  } finally {
    await file.close()
  }
}

function headOf(bytes: Buffer): Head {
  const version = bytes.readUInt16BE(4)
  const head = {
    isLarge: version === 2,
    channels: bytes.readUInt16BE(12),
    height: bytes.readUInt32BE(14),
    width: bytes.readUInt32BE(18),
    depth: bytes.readUInt16BE(22),
    mode: bytes.readUInt16BE(24),
  }
  const isSane =
    (version === 1 || version === 2) &&
    head.channels >= 1 &&
    head.channels <= 56 &&
    [1, 8, 16, 32].includes(head.depth) &&
    head.width >= 1 &&
    head.height >= 1 &&
    Math.max(head.width, head.height) <= LONGEST_SIDE
  if (!isSane) throw new Undecodable('The document cannot be opened: it is damaged or incomplete.')
  if (head.width * head.height > MOST_PIXELS)
    throw new Undecodable(`It has more than ${MOST_PIXELS / 1e6} million pixels.`)
  return head
}

type Sections = { palette: Buffer; blocks: Blocks; dpi: number | undefined; layers: number; compositeAt: number }

async function sectionsOf(file: FileHandle, head: Head): Promise<Sections> {
  const colourBytes = (await readAt(file, HEAD_BYTES, 4)).readUInt32BE(0)
  const palette = head.mode === MODE.indexed ? await readAt(file, HEAD_BYTES + 4, 768) : Buffer.alloc(0)
  const resourcesAt = HEAD_BYTES + 4 + colourBytes
  const resourceBytes = (await readAt(file, resourcesAt, 4)).readUInt32BE(0)
  const resources = await resourcesOf(file, resourcesAt + 4, Math.min(resourceBytes, LARGEST_RESOURCES))
  const layersAt = resourcesAt + 4 + resourceBytes
  const lengthBytes = head.isLarge ? 8 : 4
  const lengths = await readAt(file, layersAt, lengthBytes * 2 + 2)
  const lengthAt = (at: number) => (head.isLarge ? Number(lengths.readBigUInt64BE(at)) : lengths.readUInt32BE(at))
  const [sectionBytes, layerBytes] = [lengthAt(0), lengthAt(lengthBytes)]
  // Negative: the first of them holds what is transparent in the composite.
  const count = sectionBytes === 0 || layerBytes < 2 ? 0 : Math.abs(lengths.readInt16BE(lengthBytes * 2))
  const resolution = resources.get(RESOURCE.resolution)
  const blocks = Object.fromEntries(
    (['icc', 'iptc', 'exif', 'xmp'] as const).map((name) => [name, resources.get(RESOURCE[name])]),
  )
  const dpi = resolution === undefined ? undefined : resolution.readUInt32BE(0) / 65_536
  return { palette, blocks, dpi, layers: count, compositeAt: layersAt + lengthBytes + sectionBytes }
}

async function resourcesOf(file: FileHandle, from: number, length: number): Promise<Map<number, Buffer>> {
  const wanted = new Set(Object.values(RESOURCE))
  const found = new Map<number, Buffer>()
  for (let at = from, n = 0; at + 12 <= from + length && n < MOST_RESOURCES; n++) {
    const head = await readAt(file, at, 268)
    if (head.toString('latin1', 0, 4) !== '8BIM') break
    const nameBytes = head.readUInt8(6) + 1
    const sizeAt = 6 + nameBytes + (nameBytes % 2)
    const size = head.readUInt32BE(sizeAt)
    const id = head.readUInt16BE(4)
    if (wanted.has(id) && size > 0 && size <= LARGEST_RESOURCE) found.set(id, await readAt(file, at + sizeAt + 4, size))
    at += sizeAt + 4 + size + (size % 2)
  }
  return found
}

const RAW = 0
const RLE = 1

async function readComposite(
  file: FileHandle,
  head: Head,
  { compositeAt, palette, side }: Sections & { side: number },
): Promise<Rows | undefined> {
  const own = head.mode === MODE.rgb ? 3 : head.mode === MODE.cmyk ? 4 : 1
  const isKnown = ([MODE.bitmap, MODE.grey, MODE.indexed, MODE.rgb, MODE.cmyk, MODE.duotone] as number[]).includes(
    head.mode,
  )
  const compression = (await readAt(file, compositeAt, 2)).readUInt16BE(0)
  const { size } = await file.stat()
  if (!isKnown || head.channels < own || compositeAt + 2 >= size || (compression !== RAW && compression !== RLE))
    return undefined
  const factor = Math.min(factorFor(Math.max(head.width, head.height), side), head.width, head.height)
  const isIndexed = head.mode === MODE.indexed
  const planes = gatherPlanes({ ...head, channels: isIndexed ? 3 : own }, factor)
  const read = await rowReader(file, head, { at: compositeAt + 2, isPacked: compression === RLE })
  for (let channel = 0; channel < own; channel++)
    for (let y = 0; y < head.height; y++) {
      const samples = samplesOf(await read(channel, y), head)
      if (!isIndexed) planes.add(channel, y, head.mode === MODE.cmyk ? samples.map((ink) => 255 - ink) : samples)
      else
        for (const colour of [0, 1, 2])
          planes.add(
            colour,
            y,
            samples.map((i) => palette[colour * 256 + i] ?? 0),
          )
    }
  return planes.rows()
}

type ReadRow = (channel: number, y: number) => Promise<Buffer>

/** Rows are asked for in the order in which they stand there. */
async function rowReader(file: FileHandle, head: Head, from: { at: number; isPacked: boolean }): Promise<ReadRow> {
  const rowBytes = Math.ceil((head.width * head.depth) / 8)
  const take = sequential(file, from.at)
  if (!from.isPacked) return () => take(rowBytes)
  const lengthBytes = head.isLarge ? 4 : 2
  const lengths = await take(lengthBytes * head.height * head.channels)
  return async (channel, y) => {
    const at = (channel * head.height + y) * lengthBytes
    return unpacked(await take(head.isLarge ? lengths.readUInt32BE(at) : lengths.readUInt16BE(at)), rowBytes)
  }
}

/** Piece after piece from `at` on. Behind the end of the file are zeros. */
function sequential(file: FileHandle, at: number): (bytes: number) => Promise<Buffer> {
  let chunk: Buffer = Buffer.alloc(0)
  let [from, next] = [0, at]
  return async (bytes) => {
    if (from + bytes > chunk.length) {
      const more = Math.max(CHUNK_BYTES, bytes)
      chunk = Buffer.concat([chunk.subarray(from), await readAt(file, next, more)])
      next += more
      from = 0
    }
    from += bytes
    return chunk.subarray(from - bytes, from)
  }
}

/** PackBits: TIFF 6.0 §9. Never more than `length` bytes, whatever it says. */
function unpacked(packed: Buffer, length: number): Buffer {
  const row = Buffer.alloc(length)
  for (let [at, to] = [0, 0]; at < packed.length && to < length;) {
    const count = packed.readInt8(at++)
    if (count >= 0) {
      to += packed.copy(row, to, at, at + count + 1)
      at += count + 1
    } else if (count > -128) {
      row.fill(packed[at++] ?? 0, to, to + 1 - count)
      to += 1 - count
    }
  }
  return row
}

/** One byte a pixel, of whatever depth. */
function samplesOf(row: Buffer, { depth, width }: Head): Uint8Array {
  if (depth === 8) return row
  if (depth === 16) return Uint8Array.from({ length: width }, (_, x) => row[x * 2] ?? 0)
  if (depth === 1)
    return Uint8Array.from({ length: width }, (_, x) => (((row[x >> 3] ?? 0) >> (7 - (x & 7))) & 1 ? 0 : 255))
  return Uint8Array.from({ length: width }, (_, x) => shown(row.readFloatBE(x * 4)))
}

/** Light as a share of white (IEC 61966-2-1). */
function shown(light: number): number {
  const clipped = Math.min(1, Math.max(0, light || 0))
  return Math.round(255 * (clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055))
}
