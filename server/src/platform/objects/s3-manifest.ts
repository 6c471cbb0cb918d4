import { createHash, randomBytes } from 'node:crypto'
import { SHORT, type S3 } from './s3-client.ts'
import { contentOf } from './s3-content.ts'
import { deleteKeys, readNote } from './s3-notes.ts'
import { putNote } from './s3-write.ts'

/** Beside the objects and never among them: no key begins with a dot. */
export const STAGING = '.staging/'

/** What is durable of an upload on its way, as any process finds it by the upload's id alone. */
export type Manifest = {
  /** Told to the object that comes of it: see `putNew`. */
  token: string
  /** Every part has this size, but the last of all. */
  partBytes: number
  /** Begun with the first whole part. */
  multipart: { key: string; uploadId: string } | undefined
  /** ETags of the parts that are there, from the first on without a gap. */
  etags: readonly string[]
  /** Bytes kept as small objects: those behind the parts, and older ones that a cut may need again. In order. */
  pieces: readonly Piece[]
  sizeBytes: number
  /** Set when the client brings the parts to the store itself: the last may be smaller. */
  directBytes?: number
}

/** Bytes from one position to another, as a small object of their own; it may hold more behind them. */
export type Piece = { name: string; from: number; to: number }

export const newToken = (): string => randomBytes(16).toString('hex')
export const folderOf = (id: string): string => `${STAGING}${id}/`
const manifestKey = (id: string): string => `${folderOf(id)}manifest`

export async function readManifest(s3: S3, id: string): Promise<Manifest | undefined> {
  const bytes = await readNote(s3, manifestKey(id), SHORT)
  return bytes && (JSON.parse(bytes.toString()) as Manifest)
}

export async function writeManifest(s3: S3, id: string, manifest: Manifest): Promise<void> {
  await putNote(s3, manifestKey(id), contentOf([Buffer.from(JSON.stringify(manifest))]))
}

/** The manifest and the pieces it names. */
export async function removeNotes(s3: S3, id: string, pieces: readonly string[]): Promise<void> {
  await deleteKeys(s3, [...new Set(pieces.map((name) => folderOf(id) + name)), manifestKey(id)])
}

/** By which an upload in parts that no manifest names can be told and removed. */
export const orphanId = (key: string, uploadId: string): string =>
  `multipart-${createHash('sha256').update(`${key}\n${uploadId}`).digest('hex').slice(0, 40)}`
