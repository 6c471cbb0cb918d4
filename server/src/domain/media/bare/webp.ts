import { exifOf, orientationOf } from './exif.ts'
import { createPieces, lengthOf, readExactly, Unbarable, type Original, type Piece } from './pieces.ts'

/** What the picture is made of, and its colour profile. */
const KEPT = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP'])
const IN_FRAME = new Set(['VP8 ', 'VP8L', 'ALPH'])
const FRAME_HEAD_BYTES = 16
const EXIF_FLAG = 0x08
const XMP_FLAG = 0x04
const LARGEST_EXIF_BYTES = 1024 * 1024

/** A WebP without metadata, and without what follows its end. @throws Unbarable */
export async function bareWebp(original: Original): Promise<Piece[]> {
  const head = await readExactly(original, 0, 12)
  if (head.toString('latin1', 0, 4) !== 'RIFF' || head.toString('latin1', 8, 12) !== 'WEBP') throw new Unbarable()
  const end = Math.min(original.sizeBytes, 8 + head.readUInt32LE(4))
  const kept = createPieces()
  let orientation = 1
  let flagsAt: Buffer | undefined
  for await (const chunk of chunks(original, 12, end)) {
    if (chunk.type === 'EXIF' && chunk.length <= LARGEST_EXIF_BYTES) {
      const exif = await readExactly(original, chunk.first + 8, chunk.length)
      orientation = orientationOf(exif.toString('latin1', 0, 4) === 'Exif' ? exif.subarray(6) : exif)
    }
    if (!KEPT.has(chunk.type)) continue
    if (chunk.type === 'VP8X') {
      flagsAt = Buffer.from(await readExactly(original, chunk.first, 18))
      kept.add(flagsAt)
    } else if (chunk.type === 'ANMF') for (const piece of await frame(original, chunk)) addTo(kept, piece)
    else kept.keep(chunk.first, chunk.end)
  }
  if (flagsAt !== undefined) {
    const flags = (flagsAt[8] ?? 0) & ~(EXIF_FLAG | XMP_FLAG)
    flagsAt[8] = orientation === 1 ? flags : flags | EXIF_FLAG
    if (orientation !== 1) kept.add(riffChunk('EXIF', exifOf(orientation)))
  }
  const pieces = kept.list()
  const opening = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1')
  opening.writeUInt32LE(4 + pieces.reduce((sum, piece) => sum + lengthOf(piece), 0), 4)
  return [opening, ...pieces]
}

type Chunk = { type: string; first: number; length: number; end: number }

async function* chunks(original: Original, from: number, end: number): AsyncGenerator<Chunk> {
  for (let at = from; at + 8 <= end;) {
    const start = await readExactly(original, at, 8)
    const length = start.readUInt32LE(4)
    // Chunks are padded to an even length; the last padding is often missing.
    const next = Math.min(at + 8 + length + (length % 2), end)
    if (at + 8 + length > end) throw new Unbarable()
    yield { type: start.toString('latin1', 0, 4), first: at, length, end: next }
    at = next
  }
}

/** One picture of an animation, without chunks that are none of the picture's. */
async function frame(original: Original, { first, length, end }: Chunk): Promise<Piece[]> {
  if (length < FRAME_HEAD_BYTES) throw new Unbarable()
  const inner = createPieces()
  inner.keep(first + 8, first + 8 + FRAME_HEAD_BYTES)
  for await (const chunk of chunks(original, first + 8 + FRAME_HEAD_BYTES, Math.min(first + 8 + length, end)))
    if (IN_FRAME.has(chunk.type)) inner.keep(chunk.first, chunk.end)
  const pieces = inner.list()
  const opening = Buffer.from('ANMF\0\0\0\0', 'latin1')
  const size = pieces.reduce((sum, piece) => sum + lengthOf(piece), 0)
  opening.writeUInt32LE(size, 4)
  return size % 2 === 0 ? [opening, ...pieces] : [opening, ...pieces, Buffer.alloc(1)]
}

function addTo(kept: ReturnType<typeof createPieces>, piece: Piece): void {
  if ('last' in piece) kept.keep(piece.first, piece.last + 1)
  else kept.add(piece)
}

function riffChunk(type: string, content: Buffer): Buffer {
  const start = Buffer.from(`${type}\0\0\0\0`, 'latin1')
  start.writeUInt32LE(content.length, 4)
  return Buffer.concat([start, content, Buffer.alloc(content.length % 2)])
}
