import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { ObjectExists, ObjectMissing, type ObjectFacts } from './object-store.ts'
import { BYTES, LONG, SHORT, type S3 } from './s3-client.ts'
import { bodyOf, type Content } from './s3-content.ts'
import { isAmbiguous, isMissing, isTaken, isUploadGone, nameOf, statusOf } from './s3-faults.ts'

/**
 * Written into an object by whoever makes it, and nobody else has the same: an answer that was lost is found out by it.
 */
export const TOKEN = 'trove-token'

export type S3Facts = ObjectFacts & { token: string | undefined }

export async function headObject(s3: S3, key: string): Promise<S3Facts | undefined> {
  return s3.attempt(SHORT, async (client, abortSignal) => {
    try {
      const found = await client.send(new HeadObjectCommand({ ...s3.at(key), ...s3.customer }), { abortSignal })
      return {
        sizeBytes: found.ContentLength ?? 0,
        modifiedAt: found.LastModified ?? new Date(0),
        token: found.Metadata?.[TOKEN],
      }
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  })
}

/**
 * Makes an object of bytes in memory.
 *
 * @param token  of the maker: an object that has it is this one, made by an attempt whose answer was lost
 * @throws ObjectExists
 */
export async function putNew(s3: S3, key: string, content: Content, token: string): Promise<ObjectFacts> {
  const made = await s3.attempt(BYTES, async (client, abortSignal) => {
    try {
      const sent = { ...s3.at(key), ...bodyOf(content), ...s3.making, Metadata: { [TOKEN]: token }, IfNoneMatch: '*' }
      await client.send(new PutObjectCommand(sent), { abortSignal })
      return true
    } catch (error) {
      if (isTaken(error)) return false
      throw error
    }
  })
  if (made) return { sizeBytes: content.sizeBytes, modifiedAt: new Date() }
  return requireOurs(s3, key, token)
}

/** Overwrites without a question: for notes of the driver, never for objects. */
export async function putNote(s3: S3, key: string, content: Content): Promise<void> {
  await s3.attempt(BYTES, (client, abortSignal) =>
    client.send(new PutObjectCommand({ ...s3.at(key), ...bodyOf(content), ...s3.making, StorageClass: undefined }), {
      abortSignal,
    }),
  )
}

export async function beginMultipart(s3: S3, key: string, token: string): Promise<string> {
  const { UploadId } = await s3.attempt(SHORT, (client, abortSignal) =>
    client.send(new CreateMultipartUploadCommand({ ...s3.at(key), ...s3.making, Metadata: { [TOKEN]: token } }), {
      abortSignal,
    }),
  )
  if (UploadId === undefined) throw new Error('the store began a multipart upload without an id')
  return UploadId
}

export type Multipart = { key: string; uploadId: string }

/** @returns the part's ETag */
export async function sendPart(
  s3: S3,
  { key, uploadId }: Multipart,
  number: number,
  content: Content,
): Promise<string> {
  const { ETag } = await s3.attempt(BYTES, (client, abortSignal) => {
    const part = { ...s3.at(key), UploadId: uploadId, PartNumber: number, ...bodyOf(content), ...s3.customer }
    return client.send(new UploadPartCommand(part), { abortSignal })
  })
  if (ETag === undefined) throw new Error('the store took a part and gave no ETag')
  return ETag
}

/** The store no longer has the parts as they were sent: some were replaced or have gone. */
export class PartsChanged extends Error {
  constructor(key: string) {
    super(`The parts of ${key} are no longer those that were sent.`)
    this.name = 'PartsChanged'
  }
}

/**
 * Whether a key can be had: undefined when nothing is there, the object when it is the one that this maker made before.
 *
 * @throws ObjectExists
 */
export async function findOurs(s3: S3, key: string, token: string): Promise<ObjectFacts | undefined> {
  const found = await headObject(s3, key)
  if (found === undefined) return undefined
  if (found.token !== token) throw new ObjectExists(key)
  return { sizeBytes: found.sizeBytes, modifiedAt: found.modifiedAt }
}

/**
 * Makes an object of its parts. Not every store heeds If-None-Match here: whoever calls asks before, and as keys are
 * random and used once, that is enough. The store may answer 200 with an error inside, and it may do the work although its
 * answer is lost: then the object itself tells.
 *
 * @throws ObjectExists, PartsChanged
 * @throws ObjectMissing  neither the upload nor the object is there
 */
export async function completeMultipart(
  s3: S3,
  { key, uploadId }: Multipart,
  etags: readonly string[],
  token: string,
): Promise<ObjectFacts> {
  const Parts = etags.map((ETag, at) => ({ ETag, PartNumber: at + 1 }))
  try {
    await s3.attempt(LONG, async (client, abortSignal, number) => {
      try {
        const whole = {
          ...s3.at(key),
          UploadId: uploadId,
          MultipartUpload: { Parts },
          IfNoneMatch: '*',
          ...s3.customer,
        }
        await client.send(new CompleteMultipartUploadCommand(whole), { abortSignal })
      } catch (error) {
        const mayBeDone = number > 1 || isAmbiguous(error) || isTaken(error)
        if (mayBeDone && (await headObject(s3, key))?.token === token) return
        throw error
      }
    })
  } catch (error) {
    if (isTaken(error)) throw new ObjectExists(key)
    if (isUploadGone(error)) return requireOurs(s3, key, token)
    if (nameOf(error) === 'InvalidPart' || nameOf(error) === 'InvalidPartOrder') throw new PartsChanged(key)
    throw error
  }
  return requireOurs(s3, key, token)
}

/** Succeeds when there was nothing. */
export async function abortMultipart(s3: S3, { key, uploadId }: Multipart): Promise<void> {
  await s3.attempt(SHORT, async (client, abortSignal) => {
    try {
      await client.send(new AbortMultipartUploadCommand({ ...s3.at(key), UploadId: uploadId }), { abortSignal })
    } catch (error) {
      if (!isUploadGone(error) && statusOf(error) !== 404) throw error
    }
  })
}

async function requireOurs(s3: S3, key: string, token: string): Promise<ObjectFacts> {
  const found = await findOurs(s3, key, token)
  if (found === undefined) throw new ObjectMissing(key)
  return found
}
