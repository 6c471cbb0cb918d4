import { open, type FileHandle } from 'node:fs/promises'
import sharp from 'sharp'
import { readCameraFacts } from './camera.ts'
import { OPENING, type Rendered } from './still.ts'
import { decode, makeVariants } from './variants.ts'

/** Directories, and entries in each, that are looked at: a raw file has some ten of some fifty. */
const MOST_DIRECTORIES = 32
const MOST_ENTRIES = 200
const LARGEST_PREVIEW_BYTES = 64 * 1024 ** 2
const SMALLEST_PREVIEW_BYTES = 16 * 1024

const TAG = {
  width: 256,
  height: 257,
  strips: 273,
  orientation: 274,
  stripBytes: 279,
  subDirectories: 330,
  jpeg: 513,
  jpegBytes: 514,
  panasonicJpeg: 46,
}

/**
 * A camera's raw file is shown by the largest JPEG that the camera put into it. Where there is none that can be
 * got at, it is ready without variants: developing sensor data is not done here.
 */
export async function renderRaw(path: string): Promise<Rendered> {
  const file = await open(path, 'r')
  try {
    const { previews, orientation, width, height } = await findPreviews(file)
    const facts = await readCameraFacts(path, { format: 'tiff' })
    for (const { at, bytes } of previews.toSorted((a, b) => b.bytes - a.bytes)) {
      const jpeg = Buffer.alloc(bytes)
      await file.read(jpeg, 0, bytes, at)
      if (jpeg[0] !== 0xff || jpeg[1] !== 0xd8) continue
      const pixels = await decode(upright(jpeg, orientation)).catch(() => undefined)
      if (pixels === undefined) continue
      const { variants, blur } = await makeVariants(pixels, 'large')
      const isTurned = orientation >= 5
      const size =
        width > 0 && height > 0
          ? { widthPixels: isTurned ? height : width, heightPixels: isTurned ? width : height }
          : {}
      return { summary: { ...size, blur, facts }, variants }
    }
    return { summary: { facts }, variants: [] }
  } finally {
    await file.close()
  }
}

/** The orientation stands in the raw file; one inside the preview is a repetition. */
function upright(jpeg: Buffer, orientation: number) {
  const source = sharp(jpeg, OPENING)
  const degrees = [0, 0, 0, 180, 180, 90, 90, 270, 270][orientation] ?? 0
  const turned = degrees === 0 ? source : source.rotate(degrees)
  return [2, 4, 5, 7].includes(orientation) ? turned.flop() : turned
}

type Found = { previews: { at: number; bytes: number }[]; orientation: number; width: number; height: number }

async function findPreviews(file: FileHandle): Promise<Found> {
  const head = await read(file, 0, 100)
  if (head.toString('latin1', 0, 15) === 'FUJIFILMCCD-RAW') {
    return {
      previews: sane([{ at: head.readUInt32BE(84), bytes: head.readUInt32BE(88) }]),
      orientation: 1,
      width: 0,
      height: 0,
    }
  }
  const isLittle = head[0] === 0x49
  const found: Found = { previews: [], orientation: 1, width: 0, height: 0 }
  const queue = [isLittle ? head.readUInt32LE(4) : head.readUInt32BE(4)]
  const seen = new Set<number>()
  for (let at = queue.shift(); at !== undefined && seen.size < MOST_DIRECTORIES; at = queue.shift()) {
    if (at === 0 || seen.has(at)) continue
    const isFirst = seen.size === 0
    seen.add(at)
    const { tags, next } = await readDirectory(file, at, isLittle)
    const one = (tag: number) => tags.get(tag)?.[0] ?? 0
    if (isFirst) found.orientation = one(TAG.orientation) || 1
    if (one(TAG.width) > found.width) Object.assign(found, { width: one(TAG.width), height: one(TAG.height) })
    found.previews.push({ at: one(TAG.jpeg), bytes: one(TAG.jpegBytes) })
    if (tags.get(TAG.strips)?.length === 1) found.previews.push({ at: one(TAG.strips), bytes: one(TAG.stripBytes) })
    found.previews.push({ at: one(TAG.panasonicJpeg), bytes: LARGEST_PREVIEW_BYTES / 8 })
    queue.push(...(tags.get(TAG.subDirectories) ?? []), next)
  }
  return { ...found, previews: sane(found.previews) }
}

const sane = (previews: Found['previews']) =>
  previews.filter(({ at, bytes }) => at > 0 && bytes >= SMALLEST_PREVIEW_BYTES && bytes <= LARGEST_PREVIEW_BYTES)

/** Whole numbers of one directory, up to 16 for each tag. */
async function readDirectory(file: FileHandle, at: number, isLittle: boolean) {
  const bytes = await read(file, at, 2 + MOST_ENTRIES * 12 + 4)
  const u16 = (from: Buffer, offset: number) => (isLittle ? from.readUInt16LE(offset) : from.readUInt16BE(offset))
  const u32 = (from: Buffer, offset: number) => (isLittle ? from.readUInt32LE(offset) : from.readUInt32BE(offset))
  const count = Math.min(u16(bytes, 0), MOST_ENTRIES)
  const tags = new Map<number, number[]>()
  for (let entry = 2; entry < 2 + count * 12; entry += 12) {
    const type = u16(bytes, entry + 2)
    const length = Math.min(u32(bytes, entry + 4), 16)
    const each = type === 3 ? 2 : type === 4 || type === 13 ? 4 : 0
    if (each === 0) continue
    const values =
      length * each <= 4
        ? bytes.subarray(entry + 8, entry + 12)
        : await read(file, u32(bytes, entry + 8), length * each)
    tags.set(
      u16(bytes, entry),
      Array.from({ length }, (_, i) => (each === 2 ? u16(values, i * 2) : u32(values, i * 4))),
    )
  }
  return { tags, next: u32(bytes, 2 + count * 12) }
}

/** Bytes behind the end of the file are zeros. */
async function read(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  await file.read(bytes, 0, length, at)
  return bytes
}
