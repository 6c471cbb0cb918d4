import { ListMultipartUploadsCommand, ListPartsCommand } from '@aws-sdk/client-s3'
import { Problem } from '../problem.ts'
import { requireKey } from './object-key.ts'
import { ObjectMissing, type ObjectFacts, type StagedBytes, type Staging } from './object-store.ts'
import { SHORT, type S3 } from './s3-client.ts'
import { copyObject } from './s3-copy.ts'
import {
  deleteKeys,
  folderOf,
  listKeys,
  orphanId,
  readManifest,
  removeNotes,
  STAGING,
  writeManifest,
  type Manifest,
} from './s3-manifest.ts'
import type { Memory } from './s3-memory.ts'
import { createStaged, PART_BYTES, type Staged } from './s3-staged.ts'
import {
  abortMultipart,
  completeMultipart,
  findOurs,
  headObject,
  PartsChanged,
  putNew,
  sendPart,
  type Multipart,
} from './s3-write.ts'

/**
 * Bytes on their way into a bucket.
 *
 * Parts are sent as soon as they are full, under the key that the object will have; what is behind the last of them is
 * kept in memory and, with every flush, as small objects. A manifest says what there is, so that any process goes on
 * from what the last flush made durable. An upload that is finished without a flush is one PUT.
 */
export function createS3Staging(s3: S3, memory: Memory): Staging {
  const entries = new Map<string, Entry>()
  const inTurn = createTurns()

  const forget = async (id: string, entry: Entry) => {
    clearTimeout(entry.timer)
    if (entries.get(id) === entry) entries.delete(id)
    await entry.staged.drop()
  }

  /** What is in memory, if it is still what the store has: another process may have gone on meanwhile. */
  const current = async (id: string): Promise<{ entry: Entry | undefined; manifest: Manifest | undefined }> => {
    const entry = entries.get(id)
    const known = entry?.staged.manifest()
    const isNowhereElse = entry !== undefined && known === undefined && entry.staged.sizeBytes() > 0
    if (entry !== undefined && (entry.opens > 0 || isNowhereElse)) return { entry, manifest: known }
    const manifest = await readManifest(s3, id)
    if (entry === undefined) return { entry, manifest }
    if (JSON.stringify(manifest) === JSON.stringify(known)) return { entry, manifest }
    await forget(id, entry)
    return { entry: undefined, manifest }
  }

  const release = (id: string, entry: Entry) => {
    entry.opens -= 1
    if (entry.opens > 0) return
    const end = () => void forget(id, entry).catch(() => undefined)
    // Its finish or its next request is most often close behind and would have to fetch what is in memory now.
    if (entry.staged.tailBytes() > 0 && !entry.staged.hasFailed()) entry.timer = setTimeout(end, HELD_MS).unref()
    else end()
  }

  return {
    readsBack: false,
    wholeBytes: PART_BYTES,

    open: (id, plan) =>
      inTurn(requireId(id), async () => {
        const { entry: found, manifest } = await current(id)
        const entry = found ?? { staged: createStaged({ s3, memory }, id, plan, manifest), opens: 0, timer: undefined }
        clearTimeout(entry.timer)
        entry.opens += 1
        entry.staged.setPlan(plan)
        entries.set(id, entry)
        return stagedBytes(entry.staged, () => release(id, entry))
      }),

    async sizeBytes(id) {
      const { entry, manifest } = await current(requireId(id))
      return entry?.staged.sizeBytes() ?? manifest?.sizeBytes
    },

    adopt: (id, key) =>
      inTurn(requireId(id), async () => {
        requireKey(key)
        const { entry, manifest } = await current(id)
        if (entry === undefined && manifest === undefined) return requireThere(s3, key)
        const plan = { organizationId: '', lengthBytes: undefined, key: () => key }
        const staged = entry?.staged ?? createStaged({ s3, memory }, id, plan, manifest)
        const facts = await finish(s3, staged, key)
        const { pieces = [] } = staged.manifest() ?? {}
        if (staged.manifest() !== undefined)
          await removeNotes(s3, id, [...pieces.map(({ name }) => name), ...staged.notes()])
        if (entry !== undefined) await forget(id, entry)
        return facts
      }),

    remove: (id) =>
      inTurn(requireId(id), async () => {
        const entry = entries.get(id)
        const begun = await entry?.staged.begun()?.catch(() => undefined)
        if (entry !== undefined) await forget(id, entry)
        if (id.startsWith('multipart-')) return removeOrphan(s3, id)
        const manifest = await readManifest(s3, id)
        for (const multipart of [begun, manifest?.multipart])
          if (multipart !== undefined) await abortMultipart(s3, multipart)
        const keys = await Array.fromAsync(listKeys(s3, folderOf(id)))
        await deleteKeys(
          s3,
          keys.map(({ key }) => key),
        )
      }),

    list: () => listStaged(s3),
  }
}

/** For so long bytes stay in memory that nobody has open. */
const HELD_MS = 15_000
const ID = /^[a-z0-9-]{1,80}$/

type Entry = { staged: Staged; opens: number; timer: NodeJS.Timeout | undefined }

function requireId(id: string): string {
  if (!ID.test(id)) throw new RangeError(`not a staging id: ${JSON.stringify(id)}`)
  return id
}

function stagedBytes(staged: Staged, release: () => void): StagedBytes {
  let isOpen = true
  return {
    sizeBytes: staged.sizeBytes(),
    write: (bytes, position) => staged.write(bytes, position),
    read: (bytes, position) => staged.read(bytes, position),
    flush: (upToBytes) => staged.flush(upToBytes),
    truncate: (sizeBytes) => staged.truncate(sizeBytes),
    async close() {
      if (isOpen) release()
      isOpen = false
    },
  }
}

async function requireThere(s3: S3, key: string): Promise<ObjectFacts> {
  const found = await headObject(s3, key)
  if (found === undefined) throw new ObjectMissing(key)
  return { sizeBytes: found.sizeBytes, modifiedAt: found.modifiedAt }
}

/** An object of what is staged. May be cut short at any line and done again. */
async function finish(s3: S3, staged: Staged, key: string): Promise<ObjectFacts> {
  const { token } = staged
  const { multipart, etags, rest } = await staged.whole()
  if (multipart === undefined) return putNew(s3, key, rest, token)
  const done = await findOurs(s3, key, token)
  if (done !== undefined) return done
  if (multipart.key === key) return complete(s3, staged, multipart, etags, rest)
  // The key has changed since the first part was sent, and parts cannot follow it.
  const facts = (await findOurs(s3, multipart.key, token)) ?? (await complete(s3, staged, multipart, etags, rest))
  const copied = await copyObject(s3, { from: multipart.key, to: key, sizeBytes: facts.sizeBytes, token })
  await deleteKeys(s3, [multipart.key])
  return copied
}

async function complete(
  s3: S3,
  staged: Staged,
  multipart: Multipart,
  etags: string[],
  rest: Parameters<typeof sendPart>[3],
): Promise<ObjectFacts> {
  try {
    const last = rest.sizeBytes > 0 ? [await sendPart(s3, multipart, etags.length + 1, rest)] : []
    return await completeMultipart(s3, multipart, [...etags, ...last], staged.token)
  } catch (error) {
    if (!(error instanceof PartsChanged)) throw error
    await keepWhatIsThere(s3, staged, multipart)
    throw new Problem('unavailable', 'Some of its bytes have been sent anew meanwhile; ask where the upload stands.')
  }
}

/** After parts were replaced behind our back: the manifest tells what is there, and the rest is asked for again. */
async function keepWhatIsThere(s3: S3, staged: Staged, multipart: Multipart): Promise<void> {
  const manifest = staged.manifest()
  if (manifest === undefined) return
  const there = new Map((await Array.fromAsync(listParts(s3, multipart))).map(({ number, etag }) => [number, etag]))
  const firstOther = manifest.etags.findIndex((etag, at) => there.get(at + 1) !== etag)
  const etags = firstOther === -1 ? manifest.etags : manifest.etags.slice(0, firstOther)
  const sizeBytes = etags.length * manifest.partBytes
  await writeManifest(s3, staged.id, { ...manifest, etags, pieces: [], sizeBytes })
}

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
async function* listStaged(s3: S3): ReturnType<Staging['list']> {
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

async function removeOrphan(s3: S3, id: string): Promise<void> {
  for await (const multipart of listMultiparts(s3))
    if (orphanId(multipart.key, multipart.uploadId) === id) await abortMultipart(s3, multipart)
}

/** One at a time for each id. */
function createTurns() {
  const last = new Map<string, Promise<unknown>>()
  return <T>(id: string, work: () => Promise<T>): Promise<T> => {
    const turn = (last.get(id) ?? Promise.resolve()).then(work)
    const settled = turn.catch(() => undefined).then(() => void (last.get(id) === settled && last.delete(id)))
    last.set(id, settled)
    return turn
  }
}
