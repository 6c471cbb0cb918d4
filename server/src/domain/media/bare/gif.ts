import { createPieces, readExactly, Unbarable, type Original, type Piece } from './pieces.ts'

const EXTENSION = 0x21
const IMAGE = 0x2c
const TRAILER = 0x3b
const GRAPHIC_CONTROL = 0xf9
const APPLICATION = 0xff
/** Applications whose extension says how often an animation is shown. */
const LOOPS = new Set(['NETSCAPE2.0', 'ANIMEXTS1.0'])

/** A GIF without comments and what programs added, and without what follows its end. @throws Unbarable */
export async function bareGif(original: Original): Promise<Piece[]> {
  const head = await readExactly(original, 0, 13)
  if (!/^GIF8[79]a$/.test(head.toString('latin1', 0, 6))) throw new Unbarable()
  const kept = createPieces()
  let at = 13 + tableBytes(head[10] ?? 0)
  kept.keep(0, at)
  for (;;) {
    const [kind, label] = await original.read(at, 2)
    if (kind === undefined || kind === TRAILER) break
    const end = kind === EXTENSION ? await endOfBlocks(original, at + 2) : await endOfImage(original, at, kind)
    if (kind === IMAGE || label === GRAPHIC_CONTROL) kept.keep(at, end)
    else if (label === APPLICATION && LOOPS.has((await readExactly(original, at + 3, 11)).toString('latin1')))
      kept.keep(at, end)
    at = end
  }
  return [...kept.list(), Buffer.from([TRAILER])]
}

async function endOfImage(original: Original, at: number, kind: number): Promise<number> {
  if (kind !== IMAGE) throw new Unbarable()
  const head = await readExactly(original, at, 10)
  // The table of colours, then one byte of the smallest code.
  return endOfBlocks(original, at + 10 + tableBytes(head[9] ?? 0) + 1)
}

/** Bytes of the table of colours that flags announce. */
const tableBytes = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 0x07) + 1))

/** Blocks of up to 255 bytes, each with its length before it; an empty one ends them. */
async function endOfBlocks(original: Original, from: number): Promise<number> {
  for (let at = from; ;) {
    const [length] = await readExactly(original, at, 1)
    at += 1 + (length ?? 0)
    if (length === 0) return at
    if (at > original.sizeBytes) throw new Unbarable()
  }
}
