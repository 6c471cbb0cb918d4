import { ListMultipartUploadsCommand, ListPartsCommand } from '@aws-sdk/client-s3'
import type { Staging } from './object-store.ts'
import { SHORT, type S3 } from './s3-client.ts'
import { orphanId, readManifest, STAGING } from './s3-manifest.ts'
import { listKeys } from './s3-notes.ts'
import { abortMultipart, type Multipart } from './s3-write.ts'

export async function* listParts(
  s3: S3,
  { key, uploadId }: Multipart,
): AsyncGenerator<{ number: number; etag: string; sizeBytes: number }> {
  for (let PartNumberMarker: string | undefined; ;) {
    const asked = { ...s3.at(key), UploadId: uploadId, ...(PartNumberMarker !== undefined && { PartNumberMarker }) }
    const page = await s3.attempt(SHORT, (client, abortSignal) =>
      client.send(new ListPartsCommand(asked), { abortSignal }),
    )
    for (const { PartNumber = 0, ETag = '', Size = 0 } of page.Parts ?? [])
      yield { number: PartNumber, etag: ETag, sizeBytes: Size }
    PartNumberMarker = page.NextPartNumberMarker
    if (page.IsTruncated !== true || PartNumberMarker === undefined) return
  }
}

/** Every upload in parts of this store that has not been completed. */
async function* listMultiparts(s3: S3): AsyncGenerator<Multipart & { modifiedAt: Date }> {
  const { bucket: Bucket, prefix: Prefix } = s3.options
  for (let from: { KeyMarker?: string; UploadIdMarker?: string } = {}; ;) {
    const page = await s3.attempt(SHORT, (client, abortSignal) =>
      client.send(new ListMultipartUploadsCommand({ Bucket, Prefix, ...from }), { abortSignal }),
    )
    for (const { Key = '', UploadId = '', Initiated = new Date(0) } of page.Uploads ?? [])
      yield { key: Key.slice(Prefix.length), uploadId: UploadId, modifiedAt: Initiated }
    if (page.IsTruncated !== true || page.NextKeyMarker === undefined) return
    from = {
      KeyMarker: page.NextKeyMarker,
      ...(page.NextUploadIdMarker && { UploadIdMarker: page.NextUploadIdMarker }),
    }
  }
}

/** What manifests name, and uploads in parts that none does: left behind where a process died or a flush never came. */
export async function* listStaged(s3: S3): ReturnType<Staging['list']> {
  const begun = await Array.fromAsync(listMultiparts(s3))
  const named = new Set<string>()
  for await (const { id, modifiedAt, sizeBytes } of listFolders(s3)) {
    const manifest = await readManifest(s3, id)
    if (manifest?.multipart !== undefined) named.add(manifest.multipart.uploadId)
    yield { id, sizeBytes: manifest?.sizeBytes ?? sizeBytes, modifiedAt }
  }
  for (const { key, uploadId, modifiedAt } of begun)
    if (!named.has(uploadId)) yield { id: orphanId(key, uploadId), sizeBytes: 0, modifiedAt }
}

/** The listing is sorted, so that what belongs together comes together. */
async function* listFolders(s3: S3): ReturnType<Staging['list']> {
  let folder: { id: string; sizeBytes: number; modifiedAt: Date } | undefined
  for await (const { key, sizeBytes, modifiedAt } of listKeys(s3, STAGING)) {
    const [id = ''] = key.slice(STAGING.length).split('/')
    if (folder?.id !== id) {
      if (folder !== undefined) yield folder
      folder = { id, sizeBytes: 0, modifiedAt }
    }
    folder.sizeBytes += sizeBytes
    if (modifiedAt > folder.modifiedAt) folder.modifiedAt = modifiedAt
  }
  if (folder !== undefined) yield folder
}

export async function removeOrphan(s3: S3, id: string): Promise<void> {
  for await (const multipart of listMultiparts(s3))
    if (orphanId(multipart.key, multipart.uploadId) === id) await abortMultipart(s3, multipart)
}
