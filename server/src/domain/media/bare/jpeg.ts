import { exifOf, orientationOf } from './exif.ts'
import { createPieces, readExactly, Unbarable, type Original, type Piece } from './pieces.ts'

const SOI = 0xd8
const EOI = 0xd9
const SOS = 0xda
const APP0 = 0xe0
const APP1 = 0xe1
const APP2 = 0xe2
const APP14 = 0xee
const WINDOW_BYTES = 256 * 1024

/** Tables, frames and scans: what the picture is made of. No APPn, no comment. */
const isPicture = (marker: number): boolean =>
  (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8) || marker === 0xdb || (marker >= 0xdc && marker <= 0xdf)

const standsAlone = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)

/**
 * A JPEG without metadata: the picture as it is, its colour profile, and how it is turned. Everything else is left out,
 * also what follows the end of the picture, such as the film of a live photograph.
 *
 * @throws Unbarable
 */
export async function bareJpeg(original: Original): Promise<Piece[]> {
  const start = await readExactly(original, 0, 2)
  if (start[0] !== 0xff || start[1] !== SOI) throw new Unbarable()
  const head = createPieces()
  const rest = createPieces()
  head.add(Buffer.from([0xff, SOI]))
  let orientation = 1
  let hasScan = false
  for (let at = 2; ;) {
    const marker = await nextMarker(original, at)
    if (marker === undefined || marker.code === EOI) break
    const { code, end } = marker
    at = end
    if (standsAlone(code)) continue
    const length = (await readExactly(original, end, 2)).readUInt16BE()
    if (length < 2) throw new Unbarable()
    at = end + length
    if (code === SOS) {
      hasScan = true
      await readExactly(original, end, length)
      rest.keep(end - 2, at)
      const stop = await endOfScan(original, at)
      rest.keep(at, stop)
      at = stop
    } else if (isPicture(code)) {
      await readExactly(original, end, length)
      rest.keep(end - 2, at)
    } else {
      const payload = Buffer.from(await readExactly(original, end + 2, length - 2))
      if (code === APP1 && payload.toString('latin1', 0, 6) === 'Exif\0\0')
        orientation = orientationOf(payload.subarray(6))
      const kept = keptSegment(code, payload)
      // As it stands in the original: there may be more of them than fit into memory.
      if (isProfile(code, payload)) rest.keep(end - 2, at)
      else if (kept !== undefined) rest.add(kept)
    }
  }
  if (!hasScan) throw new Unbarable()
  if (orientation !== 1)
    head.add(segment(APP1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exifOf(orientation)])))
  return [...head.list(), ...rest.list(), Buffer.from([0xff, EOI])]
}

/** Of the segments that programs add, the few that change how the picture looks; written anew, without thumbnails. */
function keptSegment(code: number, payload: Buffer): Buffer | undefined {
  const name = payload.toString('latin1', 0, 12)
  if (code === APP0 && name.startsWith('JFIF\0') && payload.length >= 12)
    return segment(APP0, Buffer.concat([payload.subarray(0, 12), Buffer.from([0, 0])]))
  if (code === APP14 && name.startsWith('Adobe') && payload.length >= 12) return segment(APP14, payload.subarray(0, 12))
  return undefined
}

const isProfile = (code: number, payload: Buffer): boolean =>
  code === APP2 && payload.toString('latin1', 0, 12) === 'ICC_PROFILE\0'

function segment(code: number, payload: Buffer): Buffer {
  const head = Buffer.from([0xff, code, 0, 0])
  head.writeUInt16BE(payload.length + 2, 2)
  return Buffer.concat([head, payload])
}

/** The next marker at or after a place; bytes between segments that are none are passed over, as every decoder does. */
async function nextMarker(original: Original, from: number): Promise<{ code: number; end: number } | undefined> {
  for (let at = from; ;) {
    const bytes = await original.read(at, 64)
    if (bytes.length < 2) return undefined
    const found = bytes.indexOf(0xff)
    if (found === -1) {
      at += bytes.length
      continue
    }
    const code = bytes[found + 1]
    if (code === undefined) at += found
    else if (code === 0xff || code === 0) at += found + 1
    else return { code, end: at + found + 2 }
  }
}

/** Where the entropy-coded bytes of a scan end: at the first marker that is no restart. */
async function endOfScan(original: Original, from: number): Promise<number> {
  for (let at = from; ;) {
    const bytes = await original.read(at, WINDOW_BYTES)
    if (bytes.length === 0) return at
    for (let found = bytes.indexOf(0xff); found !== -1; found = bytes.indexOf(0xff, found + 1)) {
      const code = bytes[found + 1]
      if (code !== undefined && code !== 0 && code !== 0xff && !(code >= 0xd0 && code <= 0xd7)) return at + found
    }
    if (bytes.length < WINDOW_BYTES) return at + bytes.length
    // The last byte is looked at again with what follows it.
    at += bytes.length - 1
  }
}
