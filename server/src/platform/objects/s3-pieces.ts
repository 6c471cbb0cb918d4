import { randomBytes } from 'node:crypto'
import { BYTES, type S3 } from './s3-client.ts'
import { contentOf } from './s3-content.ts'
import { deleteKeys, readNote } from './s3-notes.ts'
import { folderOf, type Piece } from './s3-manifest.ts'
import { putNote } from './s3-write.ts'

/** Until it is in the manifest nobody knows of it, so names need no order. */
export const newPiece = (from: number, to: number): Piece => ({
  name: `${from}-${randomBytes(4).toString('hex')}`,
  from,
  to,
})

export async function writePiece(s3: S3, id: string, piece: Piece, chunks: readonly Uint8Array[]): Promise<void> {
  await putNote(s3, folderOf(id) + piece.name, contentOf(chunks))
}

export const fetchPieces = (s3: S3, id: string, pieces: readonly Piece[]): Promise<Buffer[]> =>
  Promise.all(pieces.map((piece) => fetchPiece(s3, id, piece)))

async function fetchPiece(s3: S3, id: string, { name, from, to }: Piece): Promise<Buffer> {
  const bytes = await readNote(s3, folderOf(id) + name, BYTES)
  if (bytes === undefined || bytes.length < to - from) throw new Error(`a piece of the staged bytes ${id} is missing`)
  return bytes.subarray(0, to - from)
}

export async function removePieces(s3: S3, id: string, names: readonly string[]): Promise<void> {
  await deleteKeys(
    s3,
    names.map((name) => folderOf(id) + name),
  )
}

/**
 * The pieces that hold bytes from one position to another, cut to them.
 *
 * @throws Error  when there is a gap: bytes that are in a part cannot be taken out of it
 */
export function cover(pieces: readonly Piece[], from: number, to: number): Piece[] {
  const found: Piece[] = []
  let at = from
  for (const piece of pieces) {
    if (at >= to) break
    if (piece.from !== at) continue
    found.push({ ...piece, to: Math.min(piece.to, to) })
    at = piece.to
  }
  if (at < to) throw new Error(`staged bytes cannot be cut at ${to}: they are not there from ${at} on`)
  return found
}
