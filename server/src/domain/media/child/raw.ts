import { open, type FileHandle } from 'node:fs/promises'
import { gatherBlocks, numbersOf, readAt, readDirectory } from './ifd.ts'
import { jpegAt, searchJpeg, type Embedded } from './jpegs.ts'
import type { OwnFacts } from './camera.ts'
import { readFacts } from './metadata.ts'
import type { Found } from './previews.ts'
import { findInCr3 } from './cr3.ts'
import { openBytes, type Picture } from './still.ts'
import { decode, turned } from './variants.ts'

/** Directories that are looked at: a raw file has some ten. */
const MOST_DIRECTORIES = 32
/** Of a sensor; a directory has room for four thousand million. */
const LONGEST_SIDE = 100_000
const LARGEST_PREVIEW_BYTES = 64 * 1024 ** 2
const SMALLEST_PREVIEW_BYTES = 16 * 1024
/** A preview that is shorter than this is a thumbnail, and a better one is looked for. */
const LEAST_SIDE = 1000

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
 * A camera's raw file is shown by the largest JPEG that the camera put into it. Where the file does not tell where that
 * is, as with those that keep it in their maker's own notes, it is looked for. Where there is none, the file is ready
 * without variants: developing sensor data is not done here.
 */
export async function readRaw(path: string, side: number): Promise<Picture | Pick<Picture, 'summary'>> {
  const file = await open(path, 'r')
  try {
    const found = await findPreviews(file)
    let facts: OwnFacts = readFacts(found.blocks)
    for (const { at, bytes } of await embedded(file, found.previews)) {
      const jpeg = await readAt(file, at, bytes)
      const preview = await decodePreview(jpeg, side).catch(() => undefined)
      if (preview === undefined) continue
      const { pixels, metadata } = preview
      if (Object.keys(facts).length === 0) facts = readFacts(metadata)
      const orientation = found.orientation ?? metadata.orientation ?? 1
      const { width, height } = found.width > 0 ? found : metadata
      const isTurned = orientation >= 5
      const size = { widthPixels: isTurned ? height : width, heightPixels: isTurned ? width : height }
      return { pixels: await turned(pixels, orientation), summary: { ...size, facts } }
    }
    return { summary: { facts } }
  } finally {
    await file.close()
  }
}

async function decodePreview(jpeg: Buffer, side: number) {
  const { source, metadata } = await openBytes(jpeg)
  return { pixels: await decode(source, side), metadata }
}

/** What there is of JPEGs, the largest first. */
async function embedded(file: FileHandle, previews: Found['previews']): Promise<Embedded[]> {
  const told: Embedded[] = []
  for (const preview of sane(previews)) {
    const head = await jpegAt(file, preview.at)
    if (head !== undefined) told.push({ ...preview, width: head.width, height: head.height })
  }
  const isLarge = told.some(({ width, height }) => Math.max(width, height) >= LEAST_SIDE)
  const searched = isLarge ? undefined : await searchJpeg(file, LARGEST_PREVIEW_BYTES)
  const all = searched === undefined ? told : [...told, searched]
  return all.toSorted((a, b) => b.width * b.height - a.width * a.height || b.bytes - a.bytes)
}

const FUJI = 'FUJIFILMCCD-RAW'

async function findPreviews(file: FileHandle): Promise<Found> {
  const head = await readAt(file, 0, 100)
  if (head.toString('latin1', 4, 8) === 'ftyp') return findInCr3(file)
  if (head.toString('latin1', 0, FUJI.length) === FUJI)
    return {
      previews: [{ at: head.readUInt32BE(84), bytes: head.readUInt32BE(88) }],
      orientation: undefined,
      width: 0,
      height: 0,
      blocks: {},
    }
  return findInDirectories(file, head)
}

async function findInDirectories(file: FileHandle, head: Buffer): Promise<Found> {
  const isLittle = head[0] === 0x49
  const directories = { file, isLittle }
  const found: Found = { previews: [], orientation: undefined, width: 0, height: 0, blocks: {} }
  const queue = [isLittle ? head.readUInt32LE(4) : head.readUInt32BE(4)]
  const seen = new Set<number>()
  for (let at = queue.shift(); at !== undefined && seen.size < MOST_DIRECTORIES; at = queue.shift()) {
    if (at === 0 || seen.has(at)) continue
    const directory = await readDirectory(directories, at)
    const all = (tag: number) => numbersOf(directory.entries.get(tag), isLittle)
    const one = (tag: number) => all(tag)[0] ?? 0
    if (seen.size === 0) {
      if (head.toString('latin1', 0, PANASONIC.length) === PANASONIC) Object.assign(found, panasonicSize(one))
      found.orientation = one(TAG.orientation) || undefined
      found.blocks = await gatherBlocks(directories, directory)
    }
    seen.add(at)
    const [width, height] = [one(TAG.width), one(TAG.height)]
    if (width > found.width && height > 0 && Math.max(width, height) <= LONGEST_SIDE)
      Object.assign(found, { width, height })
    found.previews.push({ at: one(TAG.jpeg), bytes: one(TAG.jpegBytes) })
    if (all(TAG.strips).length === 1) found.previews.push({ at: one(TAG.strips), bytes: one(TAG.stripBytes) })
    found.previews.push(...[directory.far.get(TAG.panasonicJpeg)].filter((each) => each !== undefined))
    queue.push(...all(TAG.subDirectories).slice(0, MOST_DIRECTORIES), directory.next)
  }
  return found
}

const PANASONIC = 'IIU\0'

/** Where the picture begins and ends on the sensor, by Panasonic's own tags. */
function panasonicSize(one: (tag: number) => number): Partial<Pick<Found, 'width' | 'height'>> {
  const [top, left, bottom, right] = [4, 5, 6, 7].map(one) as [number, number, number, number]
  const [width, height] = [right - left, bottom - top]
  return width > 0 && height > 0 && Math.max(width, height) <= LONGEST_SIDE ? { width, height } : {}
}

const sane = (previews: Found['previews']) =>
  previews.filter(({ at, bytes }) => at > 0 && bytes >= SMALLEST_PREVIEW_BYTES && bytes <= LARGEST_PREVIEW_BYTES)
