import { Problem } from '../problem.ts'
import { requireKey } from './object-key.ts'
import { ObjectMissing, type ObjectFacts, type StagedBytes, type Staging } from './object-store.ts'
import { recycle } from './s3-chunks.ts'
import type { S3 } from './s3-client.ts'
import type { Content } from './s3-content.ts'
import { copyObject } from './s3-copy.ts'
import { createHeld } from './s3-held.ts'
import { listParts, listStaged, removeOrphan } from './s3-listing.ts'
import { folderOf, readManifest, removeNotes, writeManifest } from './s3-manifest.ts'
import type { Memory } from './s3-memory.ts'
import { deleteKeys, listKeys } from './s3-notes.ts'
import { createStaged, PART_BYTES, read, save, setPlan, truncate, whole, write, type Staged } from './s3-staged.ts'
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
  const held = createHeld(s3)
  const inTurn = createTurns()

  return {
    readsBack: false,
    wholeBytes: PART_BYTES,

    open: (id, plan) =>
      inTurn(requireId(id), async () => {
        const { entry, manifest } = await held.find(id)
        const staged = entry?.staged ?? createStaged({ s3, memory }, { id, plan, manifest })
        setPlan(staged, plan)
        return stagedBytes(staged, held.open(staged))
      }),

    async sizeBytes(id) {
      const { entry, manifest } = await held.find(requireId(id))
      return entry?.staged.endBytes ?? manifest?.sizeBytes
    },

    adopt: (id, key) =>
      inTurn(requireId(id), async () => {
        const { entry, manifest } = await held.find(id)
        if (entry === undefined && manifest === undefined) return requireThere(s3, requireKey(key))
        const plan = { organizationId: '', lengthBytes: undefined, key: () => key }
        const staged = entry?.staged ?? createStaged({ s3, memory }, { id, plan, manifest })
        const release = held.open(staged)
        const facts = await finish(staged, requireKey(key)).finally(release)
        const made = [...(staged.manifest?.pieces ?? []), ...staged.pieces].map(({ name }) => name)
        if (staged.manifest !== undefined) await removeNotes(s3, id, [...made, ...staged.garbage])
        const { tail } = staged
        await held.forget(id)
        recycle(tail.chunks())
        return facts
      }),

    remove: (id) =>
      inTurn(requireId(id), async () => {
        const begun = await held.get(id)?.staged.multipart?.catch(() => undefined)
        await held.forget(id)
        if (id.startsWith('multipart-')) return removeOrphan(s3, id)
        const manifest = await readManifest(s3, id)
        for (const multipart of [begun, manifest?.multipart])
          if (multipart !== undefined) await abortMultipart(s3, multipart)
        const keys = await Array.fromAsync(listKeys(s3, folderOf(id)), ({ key }) => key)
        await deleteKeys(s3, keys)
      }),

    list: () => listStaged(s3),
  }
}

const ID = /^[a-z0-9-]{1,80}$/

function requireId(id: string): string {
  if (!ID.test(id)) throw new RangeError(`not a staging id: ${JSON.stringify(id)}`)
  return id
}

function stagedBytes(staged: Staged, release: () => void): StagedBytes {
  let isOpen = true
  return {
    sizeBytes: staged.endBytes,
    write: (bytes, position) => write(staged, bytes, position),
    read: (bytes, position) => read(staged, bytes, position),
    flush: (upToBytes) => save(staged, upToBytes ?? staged.endBytes),
    truncate: (sizeBytes) => truncate(staged, sizeBytes),
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
async function finish(staged: Staged, key: string): Promise<ObjectFacts> {
  const { s3, token } = staged
  const { multipart, etags, rest } = await whole(staged)
  if (multipart === undefined) return putNew(s3, key, rest, token)
  const done = await findOurs(s3, key, token)
  if (done !== undefined) return done
  if (multipart.key === key) return complete(staged, multipart, etags, rest)
  // The key has changed since the first part was sent, and parts cannot follow it.
  const facts = (await findOurs(s3, multipart.key, token)) ?? (await complete(staged, multipart, etags, rest))
  const copied = await copyObject(s3, { from: multipart.key, to: key, sizeBytes: facts.sizeBytes, token })
  await deleteKeys(s3, [multipart.key])
  return copied
}

async function complete(staged: Staged, multipart: Multipart, etags: string[], rest: Content): Promise<ObjectFacts> {
  const { s3 } = staged
  try {
    const last = rest.sizeBytes > 0 ? [await sendPart(s3, multipart, etags.length + 1, rest)] : []
    return await completeMultipart(s3, multipart, [...etags, ...last], staged.token)
  } catch (error) {
    if (!(error instanceof PartsChanged)) throw error
    await keepWhatIsThere(staged, multipart)
    throw new Problem('unavailable', 'Some of its bytes have been sent anew meanwhile; ask where the upload stands.')
  }
}

/** After parts were replaced behind our back: the manifest tells what is there, and the rest is asked for again. */
async function keepWhatIsThere({ s3, id, manifest }: Staged, multipart: Multipart): Promise<void> {
  if (manifest === undefined) return
  const there = new Map((await Array.fromAsync(listParts(s3, multipart))).map(({ number, etag }) => [number, etag]))
  const firstOther = manifest.etags.findIndex((etag, at) => there.get(at + 1) !== etag)
  const etags = firstOther === -1 ? manifest.etags : manifest.etags.slice(0, firstOther)
  const sizeBytes = etags.length * manifest.partBytes
  await writeManifest(s3, id, { ...manifest, etags, pieces: [], sizeBytes })
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
