import { DeleteObjectsCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { createHash, randomBytes } from 'node:crypto'
import { BYTES, SHORT, type S3 } from './s3-client.ts'
import { contentOf } from './s3-content.ts'
import { isMissing } from './s3-faults.ts'
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

/** Bytes from one position to another; the object may hold more behind them. */
export type Piece = { name: string; from: number; to: number }

export const newToken = (): string => randomBytes(16).toString('hex')
export const folderOf = (id: string): string => `${STAGING}${id}/`
const manifestKey = (id: string): string => `${folderOf(id)}manifest`

/** Until it is in the manifest nobody knows of it, so names need no order. */
export const newPiece = (from: number, to: number): Piece => ({
  name: `${from}-${randomBytes(4).toString('hex')}`,
  from,
  to,
})

export async function readManifest(s3: S3, id: string): Promise<Manifest | undefined> {
  const bytes = await readNote(s3, manifestKey(id), SHORT)
  return bytes && (JSON.parse(bytes.toString()) as Manifest)
}

export async function writeManifest(s3: S3, id: string, manifest: Manifest): Promise<void> {
  await putNote(s3, manifestKey(id), contentOf([Buffer.from(JSON.stringify(manifest))]))
}

export async function writePiece(s3: S3, id: string, piece: Piece, chunks: readonly Uint8Array[]): Promise<void> {
  await putNote(s3, folderOf(id) + piece.name, contentOf(chunks))
}

export async function readPiece(s3: S3, id: string, { name, from, to }: Piece): Promise<Buffer> {
  const bytes = await readNote(s3, folderOf(id) + name, BYTES)
  if (bytes === undefined || bytes.length < to - from) throw new Error(`a piece of the staged bytes ${id} is missing`)
  return bytes.subarray(0, to - from)
}

async function readNote(s3: S3, key: string, patience: typeof SHORT): Promise<Buffer | undefined> {
  return s3.attempt(patience, async (client, abortSignal) => {
    try {
      const { Body } = await client.send(new GetObjectCommand({ ...s3.at(key), ...s3.customer }), { abortSignal })
      return Buffer.from((await Body?.transformToByteArray()) ?? [])
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  })
}

/** The manifest and the pieces it names. */
export async function removeNotes(s3: S3, id: string, pieces: readonly string[]): Promise<void> {
  await deleteKeys(s3, [...new Set(pieces.map((name) => folderOf(id) + name)), manifestKey(id)])
}

export async function removePieces(s3: S3, id: string, names: readonly string[]): Promise<void> {
  await deleteKeys(
    s3,
    names.map((name) => folderOf(id) + name),
  )
}

/** As many as a request may name. */
const DELETED_AT_ONCE = 1000

export async function deleteKeys(s3: S3, keys: readonly string[]): Promise<void> {
  for (let at = 0; at < keys.length; at += DELETED_AT_ONCE) {
    const Objects = keys.slice(at, at + DELETED_AT_ONCE).map((key) => ({ Key: s3.options.prefix + key }))
    const { Errors = [] } = await s3.attempt(SHORT, (client, abortSignal) =>
      client.send(new DeleteObjectsCommand({ Bucket: s3.options.bucket, Delete: { Objects, Quiet: true } }), {
        abortSignal,
      }),
    )
    const failed = Errors.filter(({ Code }) => Code !== 'NoSuchKey')[0]
    if (failed !== undefined)
      throw new Error(`the store did not delete ${failed.Key}: ${failed.Code} ${failed.Message}`)
  }
}

export type Listed = { key: string; sizeBytes: number; modifiedAt: Date }

/** Every key below a prefix, without the bucket's own. */
export async function* listKeys(s3: S3, below: string, after?: string): AsyncGenerator<Listed> {
  const { bucket: Bucket, prefix } = s3.options
  const start = after === undefined ? {} : { StartAfter: prefix + after }
  for (let ContinuationToken: string | undefined; ;) {
    const asked = {
      Bucket,
      Prefix: prefix + below,
      ...start,
      ...(ContinuationToken !== undefined && { ContinuationToken }),
    }
    const page = await s3.attempt(SHORT, (client, abortSignal) =>
      client.send(new ListObjectsV2Command(asked), { abortSignal }),
    )
    for (const { Key = '', Size = 0, LastModified = new Date(0) } of page.Contents ?? [])
      yield { key: Key.slice(prefix.length), sizeBytes: Size, modifiedAt: LastModified }
    ContinuationToken = page.NextContinuationToken
    if (page.IsTruncated !== true || ContinuationToken === undefined) return
  }
}

/** By which an upload in parts that no manifest names can be told and removed. */
export const orphanId = (key: string, uploadId: string): string =>
  `multipart-${createHash('sha256').update(`${key}\n${uploadId}`).digest('hex').slice(0, 40)}`
