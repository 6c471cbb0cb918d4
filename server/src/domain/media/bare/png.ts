import { crc32 } from 'node:zlib'
import { exifOf, orientationOf } from './exif.ts'
import { createPieces, readExactly, Unbarable, type Original, type Piece } from './pieces.ts'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
/** What the picture is made of, and what its colours mean. No text, no time, nothing private. */
const KEPT = new Set(
  'IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP mDCV cLLI sBIT bKGD pHYs acTL fcTL fdAT'.split(' '),
)
const LARGEST_EXIF_BYTES = 1024 * 1024

/** A PNG without metadata, and without what follows its end. @throws Unbarable */
export async function barePng(original: Original): Promise<Piece[]> {
  if (!(await readExactly(original, 0, 8)).equals(SIGNATURE)) throw new Unbarable()
  const head = createPieces()
  const rest = createPieces()
  head.keep(0, 8)
  let orientation = 1
  for (let at = 8; ;) {
    const start = await readExactly(original, at, 8)
    const length = start.readUInt32BE()
    const type = start.toString('latin1', 4, 8)
    const end = at + 12 + length
    if (end > original.sizeBytes) throw new Unbarable()
    if (type === 'IHDR') head.keep(at, end)
    else if (KEPT.has(type)) rest.keep(at, end)
    else if (type === 'eXIf' && length <= LARGEST_EXIF_BYTES)
      orientation = orientationOf(await readExactly(original, at + 8, length))
    if (type === 'IEND') break
    at = end
  }
  if (orientation !== 1) head.add(chunk('eXIf', exifOf(orientation)))
  return [...head.list(), ...rest.list()]
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const whole = Buffer.alloc(named.length + 8)
  whole.writeUInt32BE(content.length)
  named.copy(whole, 4)
  whole.writeUInt32BE(crc32(named), named.length + 4)
  return whole
}
