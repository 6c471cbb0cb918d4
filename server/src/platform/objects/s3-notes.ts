import { DeleteObjectsCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { SHORT, type Patience, type S3 } from './s3-client.ts'
import { isMissing } from './s3-faults.ts'

/** A small object, whole. */
export async function readNote(s3: S3, key: string, patience: Patience): Promise<Buffer | undefined> {
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
