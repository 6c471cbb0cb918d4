import { CopyObjectCommand, UploadPartCopyCommand } from '@aws-sdk/client-s3'
import type { ObjectFacts } from './object-store.ts'
import { LONG, type S3 } from './s3-client.ts'
import { beginMultipart, completeMultipart, findOurs, TOKEN } from './s3-write.ts'

/** Larger ones are copied in parts of this size, so that no request takes minutes. */
const COPIED_AT_ONCE = 256 * 1024 * 1024

/**
 * Copies within the store: the bytes do not come here.
 *
 * @throws ObjectExists
 */
export async function copyObject(
  s3: S3,
  about: { from: string; to: string; sizeBytes: number; token: string },
): Promise<ObjectFacts> {
  const { from, to, sizeBytes, token } = about
  const done = await findOurs(s3, to, token)
  if (done !== undefined) return done
  const { Bucket, Key } = s3.at(from)
  const source = { CopySource: `${Bucket}/${Key.split('/').map(encodeURIComponent).join('/')}`, ...sourceKeyOf(s3) }
  if (sizeBytes <= COPIED_AT_ONCE) {
    const whole = {
      ...s3.at(to),
      ...source,
      ...s3.making,
      MetadataDirective: 'REPLACE' as const,
      Metadata: { [TOKEN]: token },
    }
    await s3.attempt(LONG, (client, abortSignal) => client.send(new CopyObjectCommand(whole), { abortSignal }))
    return { sizeBytes, modifiedAt: new Date() }
  }
  const multipart = { key: to, uploadId: await beginMultipart(s3, to, token) }
  const etags: string[] = []
  for (let at = 0; at < sizeBytes; at += COPIED_AT_ONCE) {
    const CopySourceRange = `bytes=${at}-${Math.min(sizeBytes, at + COPIED_AT_ONCE) - 1}`
    const part = {
      ...s3.at(to),
      UploadId: multipart.uploadId,
      PartNumber: etags.length + 1,
      ...source,
      CopySourceRange,
      ...s3.customer,
    }
    const { CopyPartResult } = await s3.attempt(LONG, (client, abortSignal) =>
      client.send(new UploadPartCopyCommand(part), { abortSignal }),
    )
    etags.push(CopyPartResult?.ETag ?? '')
  }
  return completeMultipart(s3, multipart, etags, token)
}

/** To read what was encrypted with a key that the store does not keep. */
function sourceKeyOf({ customer }: S3): Record<string, string> {
  const { SSECustomerAlgorithm: algorithm, SSECustomerKey: key } = customer
  if (algorithm === undefined || key === undefined) return {}
  return { CopySourceSSECustomerAlgorithm: algorithm, CopySourceSSECustomerKey: key }
}
