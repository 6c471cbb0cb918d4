import type { FileHandle } from 'node:fs/promises'
import { gatherBlocks, numbersOf, readAt, readDirectory, type Directories } from './ifd.ts'
import type { Blocks } from './metadata.ts'
import type { Found } from './previews.ts'

type Box = { type: string; at: number; end: number; bodyAt: number }

const MOST_BOXES = 200
const TABLE_BYTES = 4096
const LONGEST_SIDE = 100_000
/** Canon's own boxes below `moov`, and the ones with the preview, by their UUIDs. */
const CANON = '85c0b687820f11e08111f4ce462b6a48'
const PREVIEW = 'eaf42b5e1c984b88b9fbb7dc406e4d16'
const PREVIEW_HEAD_BYTES = 24

/** Canon's third raw format: boxes as in MP4. The first track is the picture as a JPEG of full size. */
export async function findInCr3(file: FileHandle): Promise<Found> {
  const { size } = await file.stat()
  const found: Found = { previews: [], orientation: undefined, width: 0, height: 0, blocks: {} }
  for (const box of await boxesOf(file, 0, size)) {
    if (box.type === 'moov') await readMovie(file, box, found)
    if ((await uuidOf(file, box)) === PREVIEW) found.previews.push(...(await previewIn(file, box)))
  }
  return found
}

async function readMovie(file: FileHandle, movie: Box, found: Found): Promise<void> {
  for (const box of await boxesOf(file, movie.bodyAt, movie.end)) {
    if (box.type === 'trak') found.previews.push(...(await sampleOf(file, box)))
    if ((await uuidOf(file, box)) !== CANON) continue
    const canon = await boxesOf(file, box.bodyAt + 16, box.end)
    const own = canon.find(({ type }) => type === 'CMT1')
    if (own === undefined) continue
    const first = await directoriesAt(file, own)
    const directory = await readDirectory(first.directories, first.at)
    const orientation = directory.entries.get(274)?.value
    if (orientation !== undefined) found.orientation = Math.max(...orientation.subarray(0, 2))
    const [width = 0, height = 0] = [256, 257].map(
      (tag) => numbersOf(directory.entries.get(tag), first.directories.isLittle)[0],
    )
    if (width > 0 && height > 0 && Math.max(width, height) <= LONGEST_SIDE) Object.assign(found, { width, height })
    found.blocks = await blocksOf(file, canon)
  }
}

/** Each part of what a camera says is a TIFF of its own here. */
async function blocksOf(file: FileHandle, canon: readonly Box[]): Promise<Blocks> {
  const read = async (type: string) => {
    const box = canon.find((each) => each.type === type)
    if (box === undefined) return undefined
    const { directories, at } = await directoriesAt(file, box)
    return { directories, directory: await readDirectory(directories, at) }
  }
  const [own, exif, gps] = [await read('CMT1'), await read('CMT2'), await read('CMT4')]
  if (own === undefined) return {}
  const below = {
    exif: [...(exif?.directory.entries.values() ?? [])],
    gps: [...(gps?.directory.entries.values() ?? [])],
  }
  return gatherBlocks(own.directories, own.directory, below)
}

async function directoriesAt(file: FileHandle, box: Box): Promise<{ directories: Directories; at: number }> {
  const head = await readAt(file, box.bodyAt, 8)
  const isLittle = head[0] === 0x49
  const at = isLittle ? head.readUInt32LE(4) : head.readUInt32BE(4)
  return { directories: { file, isLittle, base: box.bodyAt }, at }
}

/** Where the first sample of a track is (ISO/IEC 14496-12 §8.7). */
async function sampleOf(file: FileHandle, track: Box): Promise<Found['previews']> {
  let box: Box | undefined = track
  for (const type of ['mdia', 'minf', 'stbl']) {
    box = (await boxesOf(file, box.bodyAt, box.end)).find((each) => each.type === type)
    if (box === undefined) return []
  }
  const tables = await boxesOf(file, box.bodyAt, box.end)
  const read = (type: string) => {
    const table = tables.find((each) => each.type === type)
    return table && readAt(file, table.bodyAt, TABLE_BYTES)
  }
  const [sizes, offsets] = [await read('stsz'), await read('co64')]
  if (sizes === undefined || offsets === undefined) return []
  const bytes = sizes.readUInt32BE(4) || sizes.readUInt32BE(12)
  return [{ at: Number(offsets.readBigUInt64BE(8)), bytes }]
}

async function previewIn(file: FileHandle, box: Box): Promise<Found['previews']> {
  // The UUID, then a version and a count, then the box.
  const inner = (await boxesOf(file, box.bodyAt + 16 + 8, box.end)).find(({ type }) => type === 'PRVW')
  if (inner === undefined) return []
  const head = await readAt(file, inner.at, PREVIEW_HEAD_BYTES)
  return [{ at: inner.at + PREVIEW_HEAD_BYTES, bytes: head.readUInt32BE(20) }]
}

async function uuidOf(file: FileHandle, box: Box): Promise<string | undefined> {
  return box.type === 'uuid' ? (await readAt(file, box.bodyAt, 16)).toString('hex') : undefined
}

async function boxesOf(file: FileHandle, from: number, end: number): Promise<Box[]> {
  const boxes: Box[] = []
  for (let at = from; at + 8 <= end && boxes.length < MOST_BOXES;) {
    const head = await readAt(file, at, 16)
    const told = head.readUInt32BE(0)
    const bytes = told === 1 ? Number(head.readBigUInt64BE(8)) : told === 0 ? end - at : told
    if (bytes < 8 || at + bytes > end) break
    boxes.push({ type: head.toString('latin1', 4, 8), at, end: at + bytes, bodyAt: at + (told === 1 ? 16 : 8) })
    at += bytes
  }
  return boxes
}
