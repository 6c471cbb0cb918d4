/** A copy is made of ranges of the original and of bytes of our own. Both ends of a range belong to it. */
export type Piece = { first: number; last: number } | Uint8Array

/** An original that is read here and there. */
export type Original = {
  sizeBytes: number
  /** Up to so many bytes from there; fewer at the end. They are good until the next call. */
  read(position: number, length: number): Promise<Buffer>
}

/** What cannot be taken apart with certainty. The message is a plain sentence about the file. */
export class Unbarable extends Error {
  constructor(detail = 'The file is damaged, so its metadata cannot be told from its content.') {
    super(detail)
    this.name = 'Unbarable'
  }
}

/** More pieces than any honest file has. */
const MOST_PIECES = 20_000

/** Collects pieces; ranges that touch become one. */
export function createPieces() {
  const pieces: Piece[] = []
  const push = (piece: Piece) => {
    if (pieces.length >= MOST_PIECES) throw new Unbarable('The file is made of more parts than can be looked through.')
    pieces.push(piece)
  }
  return {
    /** @param end  exclusive */
    keep(first: number, end: number): void {
      const before = pieces.at(-1)
      if (before !== undefined && 'last' in before && before.last === first - 1) before.last = end - 1
      else if (end > first) push({ first, last: end - 1 })
    },
    add: push,
    list: (): Piece[] => pieces,
  }
}

export const lengthOf = (piece: Piece): number => ('last' in piece ? piece.last - piece.first + 1 : piece.byteLength)

/** Reads exactly so much. @throws Unbarable */
export async function readExactly(original: Original, position: number, length: number): Promise<Buffer> {
  const bytes = await original.read(position, length)
  if (bytes.length < length) throw new Unbarable()
  return bytes
}
