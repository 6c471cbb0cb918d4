import { GetObjectCommand, S3Client, UploadPartCommand } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { requireKey } from './object-key.ts'
import { ObjectMissing, type Direct, type DirectParts } from './object-store.ts'
import { clientOptions, type S3 } from './s3-client.ts'
import { listParts } from './s3-listing.ts'
import { newToken, readManifest, writeManifest, type Manifest } from './s3-manifest.ts'
import { partBytesFor } from './s3-staged.ts'
import { abortMultipart, beginMultipart } from './s3-write.ts'

/** What never changes of an upload is asked for once in so long, not for each of its parts. */
const KNOWN_MS = 30_000
const MOST_KNOWN = 10_000

type DirectManifest = Manifest & { directBytes: number; multipart: NonNullable<Manifest['multipart']> }

/** @param publicUrl  by which clients reach the store: addresses are signed for this host, the bucket in the path */
export function createDirect(s3: S3, publicUrl: string): Direct & { close(): void } {
  const signer = new S3Client({ ...clientOptions(s3.options, publicUrl), forcePathStyle: true })
  const known = new Map<string, { manifest: DirectManifest; until: number }>()

  const require = async (id: string): Promise<DirectManifest> => {
    const manifest = await readManifest(s3, id)
    if (!isDirect(manifest)) throw new ObjectMissing(id)
    if (known.size >= MOST_KNOWN) known.clear()
    known.set(id, { manifest, until: Date.now() + KNOWN_MS })
    return manifest
  }
  const recall = async (id: string): Promise<DirectManifest> => {
    const found = known.get(id)
    return found !== undefined && found.until > Date.now() ? found.manifest : require(id)
  }

  return {
    async begin(id, plan) {
      const found = await readManifest(s3, id)
      if (isDirect(found)) return partsOf(found, receivedOf(found))
      if (found !== undefined || plan.lengthBytes === undefined)
        throw new Error(`the upload ${id} cannot go directly: it has begun otherwise, or its length is not known`)
      const manifest = await beginDirect(s3, id, requireKey(plan.key()), plan.lengthBytes)
      return partsOf(manifest, [])
    },

    async signPart(id, number, expiresIn) {
      const { multipart, partBytes, directBytes } = await recall(id)
      const sizeBytes = sizeOfPart(number, partBytes, directBytes)
      const part = new UploadPartCommand({
        ...s3.at(multipart.key),
        UploadId: multipart.uploadId,
        PartNumber: number,
        ContentLength: sizeBytes,
      })
      // Signed too: a client that sends more, or less, is refused by the store.
      const url = await getSignedUrl(signer, part, { expiresIn, signableHeaders: new Set(['content-length']) })
      return { url, headers: {}, sizeBytes }
    },

    async collect(id) {
      const manifest = await require(id)
      const { multipart, partBytes, directBytes } = manifest
      const etags = new Map<number, string>()
      for await (const { number, etag, sizeBytes } of listParts(s3, multipart))
        if (sizeBytes === sizeOfPart(number, partBytes, directBytes)) etags.set(number, etag)
      const inRow: string[] = []
      for (let etag = etags.get(1); etag !== undefined; etag = etags.get(inRow.length + 1)) inRow.push(etag)
      const sizeBytes = Math.min(inRow.length * partBytes, directBytes)
      const next = { ...manifest, etags: inRow, sizeBytes }
      if (inRow.join() !== manifest.etags.join()) await writeManifest(s3, id, next)
      return partsOf(next, [...etags.keys()])
    },

    async signGet(key, answer) {
      const object = new GetObjectCommand({
        ...s3.at(requireKey(key)),
        ResponseContentType: answer.contentType,
        ResponseContentDisposition: answer.contentDisposition,
        ...(answer.cacheControl !== undefined && { ResponseCacheControl: answer.cacheControl }),
      })
      return getSignedUrl(signer, object, { expiresIn: answer.expiresSeconds })
    },

    close: () => signer.destroy(),
  }
}

const isDirect = (manifest: Manifest | undefined): manifest is DirectManifest =>
  manifest?.directBytes !== undefined && manifest.multipart !== undefined

async function beginDirect(s3: S3, id: string, key: string, directBytes: number): Promise<DirectManifest> {
  const token = newToken()
  const multipart = { key, uploadId: await beginMultipart(s3, key, token) }
  const partBytes = partBytesFor(directBytes)
  const manifest = { token, partBytes, multipart, etags: [], pieces: [], sizeBytes: 0, directBytes }
  try {
    await writeManifest(s3, id, manifest)
  } catch (error) {
    await abortMultipart(s3, multipart).catch(() => undefined)
    throw error
  }
  return manifest
}

/** @throws RangeError  there is no such part */
function sizeOfPart(number: number, partBytes: number, directBytes: number): number {
  const sizeBytes = Math.min(partBytes, directBytes - (number - 1) * partBytes)
  if (!Number.isInteger(number) || number < 1 || sizeBytes <= 0) throw new RangeError(`there is no part ${number}`)
  return sizeBytes
}

const receivedOf = ({ etags }: Manifest): number[] => etags.map((_etag, at) => at + 1)

function partsOf({ partBytes, directBytes, sizeBytes }: DirectManifest, received: readonly number[]): DirectParts {
  return { partBytes, partCount: Math.ceil(directBytes / partBytes), received, sizeBytes }
}
