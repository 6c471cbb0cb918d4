import { DeleteObjectCommand, HeadBucketCommand } from '@aws-sdk/client-s3'
import { Readable } from 'node:stream'
import { Problem } from '../problem.ts'
import { newObjectKey, requireKey } from './object-key.ts'
import type { ObjectFacts, ObjectStore } from './object-store.ts'
import { createS3, SHORT, type S3 } from './s3-client.ts'
import { contentOf } from './s3-content.ts'
import { allowOrigins } from './s3-cors.ts'
import { createDirect } from './s3-direct.ts'
import { nameOf, statusOf } from './s3-faults.ts'
import { newToken, STAGING } from './s3-manifest.ts'
import { createMemory } from './s3-memory.ts'
import { deleteKeys, listKeys } from './s3-notes.ts'
import type { S3Options } from './s3-options.ts'
import { readObject } from './s3-read.ts'
import { createS3Staging } from './s3-staging.ts'
import { PART_BYTES } from './s3-staged.ts'
import {
  abortMultipart,
  beginMultipart,
  completeMultipart,
  findOurs,
  headObject,
  putNew,
  sendPart,
} from './s3-write.ts'

/** For the parts of all uploads of this process that are not in the store yet. */
const MEMORY_BYTES = 256 * 1024 * 1024

/**
 * Objects in a bucket of S3 or of anything that speaks it.
 *
 * Configuration. The bucket must exist. Objects lie under their keys, below the prefix if there is one; what is on its
 * way is below `.staging/`. Versioning is not needed and doubles what deleted objects take.
 *
 * Implementation. Objects up to 8 MiB are one PUT with If-None-Match and Content-MD5, larger ones go up in parts. Every
 * object carries a random token of its maker, by which an answer that was lost on the way is found out.
 *
 * Considerations. Trying again has bounds: a store that hangs is given up after seconds and told as `unavailable`.
 *
 * @param memoryBytes  for the parts of all uploads on their way together
 * @throws Error  a sentence for the person who configures: there is no such bucket, or it is not open to these keys
 */
export async function openS3Store(options: S3Options, memoryBytes = MEMORY_BYTES): Promise<ObjectStore> {
  const s3 = createS3(options)
  await requireBucket(s3).catch((error: unknown) => {
    s3.close()
    throw error
  })
  const direct = openDirect(s3)
  if (direct !== undefined) await allowOrigins(s3)
  return {
    newKey: ({ family, role, extension }) => newObjectKey(family, role, extension),

    async put(key, body) {
      try {
        return await putAll(s3, requireKey(key), body)
      } finally {
        if (body instanceof Readable) body.destroy()
      }
    },

    get: (key, range) => readObject(s3, requireKey(key), range),

    async head(key) {
      const found = await headObject(s3, requireKey(key))
      return found && { sizeBytes: found.sizeBytes, modifiedAt: found.modifiedAt }
    },

    async delete(keys) {
      const [only] = keys
      for (const key of keys) requireKey(key)
      if (keys.length !== 1 || only === undefined) return deleteKeys(s3, keys)
      await s3.attempt(SHORT, (client, abortSignal) =>
        client.send(new DeleteObjectCommand(s3.at(only)), { abortSignal }),
      )
    },

    list: () => listObjects(s3),
    localPath: () => undefined,
    staging: createS3Staging(s3, createMemory(memoryBytes)),
    ...(direct && { direct }),
    async close() {
      direct?.close()
      s3.close()
    },
  }
}

/** Not where every request must bring a key: that is nothing to give away. */
function openDirect(s3: S3): ReturnType<typeof createDirect> | undefined {
  const { publicUrl, encryption } = s3.options
  return publicUrl === undefined || encryption?.kind === 'customer' ? undefined : createDirect(s3, publicUrl)
}

async function* listObjects(s3: S3): ReturnType<ObjectStore['list']> {
  for await (const found of listKeys(s3, '')) if (!found.key.startsWith(STAGING)) yield found
}

/** Bytes of unknown length: one PUT when a part holds them all. A failure in the middle leaves nothing. */
async function putAll(s3: S3, key: string, body: AsyncIterable<Uint8Array>): Promise<ObjectFacts> {
  const token = newToken()
  const parts = inParts(body)
  const first = await parts.next()
  if (first.done === true || first.value.isLast) return putNew(s3, key, contentOf(first.value?.chunks ?? []), token)
  const done = await findOurs(s3, key, token)
  if (done !== undefined) return done
  const multipart = { key, uploadId: await beginMultipart(s3, key, token) }
  try {
    const etags = [await sendPart(s3, multipart, 1, contentOf(first.value.chunks))]
    for await (const { chunks } of parts) etags.push(await sendPart(s3, multipart, etags.length + 1, contentOf(chunks)))
    return await completeMultipart(s3, multipart, etags, token)
  } catch (error) {
    await abortMultipart(s3, multipart).catch(() => undefined)
    throw error
  }
}

/** Parts grow with their number, so that ten thousand hold whatever comes. */
const sizeOfPart = (number: number): number => PART_BYTES * 2 ** Math.floor((number - 1) / 2_000)

type PartOfBody = { chunks: Uint8Array[]; isLast: boolean }

async function* inParts(body: AsyncIterable<Uint8Array>): AsyncGenerator<PartOfBody, undefined> {
  let [chunks, sizeBytes, number]: [Uint8Array[], number, number] = [[], 0, 1]
  for await (const piece of body) {
    for (let at = 0; at < piece.length;) {
      const limit = sizeOfPart(number)
      if (sizeBytes === limit) {
        yield { chunks, isLast: false }
        ;[chunks, sizeBytes, number] = [[], 0, number + 1]
      }
      const take = Math.min(piece.length - at, limit - sizeBytes)
      // The source may use its memory again.
      chunks.push(Buffer.from(piece.subarray(at, at + take)))
      sizeBytes += take
      at += take
    }
  }
  yield { chunks, isLast: true }
  return undefined
}

/** A store that does not answer now may answer in a minute, and is told by /readyz; a wrong address never will. */
async function requireBucket(s3: S3): Promise<void> {
  const { bucket, endpoint = 'AWS' } = s3.options
  try {
    await s3.attempt({ ...SHORT, retryWithinMs: 0 }, (client, abortSignal) =>
      client.send(new HeadBucketCommand({ Bucket: bucket }), { abortSignal }),
    )
  } catch (error) {
    if (error instanceof Problem) return
    throw new Error(sentenceFor(error, bucket, endpoint), { cause: error })
  }
}

function sentenceFor(error: unknown, bucket: string, endpoint: string): string {
  const status = statusOf(error)
  if (status === 404) return `There is no bucket ${bucket} at ${endpoint}. Make it, or correct STORAGE_URL.`
  if (status === 401 || status === 403)
    return `The object store at ${endpoint} does not let these keys into the bucket ${bucket}. Correct key and secret in STORAGE_URL, or the policy of the bucket.`
  if (status === 301 || status === 400)
    return `The object store at ${endpoint} does not have the bucket ${bucket} in the region that STORAGE_URL names.`
  if (nameOf(error) === 'CredentialsProviderError')
    return `No key was found for the bucket ${bucket}: write key and secret into STORAGE_URL, or give them as AWS's own programs take them.`
  return `The object store at ${endpoint} cannot be used: ${(error as Error).message}`
}
