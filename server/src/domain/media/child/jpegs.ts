import type { FileHandle } from 'node:fs/promises'
import { readAt } from './ifd.ts'

/** A JPEG inside another file. `bytes`: all of it. */
export type Embedded = { at: number; bytes: number; width: number; height: number }

const START = Buffer.from('ffd8ff', 'hex')
const END = Buffer.from('ffd9', 'hex')
/** Segments before the pixels: a camera writes some ten. */
const MOST_SEGMENTS = 100
const [SOF0, SOF2, EOI, SOS] = [0xc0, 0xc2, 0xd9, 0xda]
const CHUNK_BYTES = 4 * 1024 ** 2
const MOST_SEARCHED = 256 * 1024 ** 2
/** Places that look like the beginning of one, among data of a sensor. */
const MOST_PLACES = 100
/** Beginnings without an end: each has been read to the end for. */
const MOST_ENDLESS = 4

type Head = { width: number; height: number; pixelsAt: number }

/**
 * The size of the JPEG that begins at `at`; undefined where there is none, or one without loss, which is data of a
 * sensor rather than a picture (ITU-T T.81 B.2.2).
 */
export async function jpegAt(file: FileHandle, at: number): Promise<Head | undefined> {
  const start = await readAt(file, at, START.length)
  if (!start.equals(START)) return undefined
  let from = at + 2
  let size: { width: number; height: number } | undefined
  for (let n = 0; n < MOST_SEGMENTS; n++) {
    const head = await readAt(file, from, 9)
    const marker = head.readUInt8(1)
    if (head[0] !== 0xff || marker === EOI) return undefined
    if (marker >= SOF0 && marker <= SOF2) size = { width: head.readUInt16BE(7), height: head.readUInt16BE(5) }
    if (marker === SOS) return size && size.width > 0 && size.height > 0 ? { ...size, pixelsAt: from } : undefined
    from += 2 + head.readUInt16BE(2)
  }
  return undefined
}

/** The largest JPEG of at most `mostBytes` anywhere in a file: where nothing tells where it is. */
export async function searchJpeg(file: FileHandle, mostBytes: number): Promise<Embedded | undefined> {
  let best: Embedded | undefined
  let [places, endless] = [0, 0]
  let at = await find(file, START, 0, MOST_SEARCHED)
  for (; at !== undefined && places < MOST_PLACES && endless < MOST_ENDLESS; places++) {
    const head = await jpegAt(file, at)
    if (head !== undefined && head.width * head.height > (best?.width ?? 0) * (best?.height ?? 0)) {
      const { width, height, pixelsAt } = head
      // What is compressed never holds the mark of the end.
      const end = await find(file, END, pixelsAt, at + mostBytes)
      if (end === undefined) endless++
      else best = { at, bytes: end + END.length - at, width, height }
    }
    // One picture is not looked for inside another: those are its thumbnails.
    at = await find(file, START, best?.at === at ? at + best.bytes : at + START.length, MOST_SEARCHED)
  }
  return best
}

/** Where `bytes` stand first from `from` on and before `until`. */
async function find(file: FileHandle, bytes: Buffer, from: number, until: number): Promise<number | undefined> {
  const end = Math.min(until, (await file.stat()).size)
  for (let at = from; at + bytes.length <= end; at += CHUNK_BYTES) {
    const chunk = await readAt(file, at, Math.min(CHUNK_BYTES + bytes.length - 1, end - at))
    const found = chunk.indexOf(bytes)
    if (found >= 0) return at + found
  }
  return undefined
}
