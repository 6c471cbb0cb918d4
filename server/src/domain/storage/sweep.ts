import type { Platform } from '../../platform/platform.ts'
import { inTransaction } from '../../platform/db/index.ts'
import { isId } from '../../platform/ids.ts'
import type { Report } from '../../platform/jobs/index.ts'
import { crashPoint } from '../../platform/objects/crash-point.ts'
import { ObjectChanged, type ObjectStore } from '../../platform/objects/object-store.ts'
import * as store from './store.ts'

const AT_ONCE = 500

export type Swept = {
  objectsKept: number
  /** Objects that no row mentioned, and their bytes as they were kept. */
  objectsRemoved: number
  bytesRemoved: number
  /** Blobs that nothing referred to, each with its object and those of its variants, and the bytes of the originals. */
  blobsRemoved: number
  blobBytesRemoved: number
  stagingKept: number
  stagingRemoved: number
  /** Keys of rows whose object is gone. They are told and left alone. */
  missing: string[]
}

type Parts = Pick<Platform, 'db' | 'objects'>
export type SweepOptions = {
  /** What was touched within this time is left alone. */
  graceMs: number
  /** Counts what it would remove and removes nothing. */
  isDryRun?: boolean
}
type Sweeping = Parts & SweepOptions & { swept: Swept; signal: AbortSignal | undefined; seen(count: number): void }

/**
 * Removes what nothing refers to and has not been touched for `graceMs`: blobs without a version, objects without a
 * row, staged bytes without an upload. It never removes anything that a row mentions. May be killed at any line and run
 * again, and may run while uploads go on, and beside another sweep.
 */
export async function sweep(
  platform: Parts,
  options: SweepOptions,
  signal?: AbortSignal,
  report?: Report,
): Promise<Swept> {
  const swept: Swept = {
    objectsKept: 0,
    objectsRemoved: 0,
    bytesRemoved: 0,
    blobsRemoved: 0,
    blobBytesRemoved: 0,
    stagingKept: 0,
    stagingRemoved: 0,
    missing: [],
  }
  const total = (await store.countRecordedKeys(platform.db)) * 2
  let done = 0
  const seen = (count: number) => report?.((done += count), Math.max(total, done))
  const sweeping: Sweeping = { db: platform.db, objects: platform.objects, ...options, swept, signal, seen }
  await (options.isDryRun === true ? countBlobs(sweeping) : sweepBlobs(sweeping))
  await sweepObjects(sweeping)
  await sweepStaging(sweeping)
  await findMissing(sweeping)
  return swept
}

async function countBlobs({ db, graceMs, swept }: Sweeping): Promise<void> {
  const { blobs, bytes } = await store.countUnreferenced(db, graceMs)
  swept.blobsRemoved = blobs
  swept.blobBytesRemoved = bytes
}

async function sweepBlobs({ db, objects, graceMs, swept, signal }: Sweeping): Promise<void> {
  for (;;) {
    const ids = await store.listUnreferenced(db, graceMs, AT_ONCE)
    let removed = 0
    for (const id of ids) {
      if (signal?.aborted) return
      const gone = await inTransaction(db, (tx) => removeBlob(tx, id))
      crashPoint('sweep-after-commit')
      // Only now: had the transaction been rolled back, the bytes would still be wanted.
      await objects.delete(gone.keys)
      crashPoint('sweep-object-gone')
      if (gone.keys.length === 0) continue
      removed += 1
      swept.blobsRemoved += 1
      swept.blobBytesRemoved += gone.sizeBytes
    }
    if (removed === 0) return
  }
}

/** Lock, then ask again, then delete. A blob that is referred to after all is kept; the recount looks after the books. */
async function removeBlob(tx: Parameters<typeof store.deleteBlob>[0], id: string) {
  const none = { keys: [] as string[], sizeBytes: 0 }
  const locked = await store.lockUnreferenced(tx, id)
  if (locked === undefined) return none
  if (await store.isReferenced(tx, id)) {
    await store.setReferenced(tx, id)
    return none
  }
  const keys = await store.deleteBlob(tx, id)
  crashPoint('sweep-before-commit')
  return { keys, sizeBytes: locked.sizeBytes }
}

async function sweepObjects({ db, objects, graceMs, isDryRun, swept, signal, seen }: Sweeping): Promise<void> {
  for await (const page of pages(objects.list())) {
    if (signal?.aborted) return
    const old = page.filter(({ modifiedAt }) => isOlder(modifiedAt, graceMs))
    const keys = old.map(({ key }) => key)
    const orphans = new Set(keys.length === 0 ? [] : await store.listOrphans(db, keys))
    if (isDryRun !== true) await objects.delete([...orphans])
    swept.objectsRemoved += orphans.size
    for (const { key, sizeBytes } of old) if (orphans.has(key)) swept.bytesRemoved += sizeBytes
    swept.objectsKept += page.length - orphans.size
    seen(page.length)
  }
}

async function sweepStaging({ db, objects, graceMs, isDryRun, swept, signal }: Sweeping): Promise<void> {
  for await (const page of pages(objects.staging.list())) {
    if (signal?.aborted) return
    const old = page.filter(({ modifiedAt }) => isOlder(modifiedAt, graceMs)).map(({ id }) => id)
    const open = new Set(await store.listOpenUploads(db, old.filter(isId)))
    const orphans = old.filter((id) => !open.has(id))
    if (isDryRun !== true) for (const id of orphans) await objects.staging.remove(id)
    swept.stagingRemoved += orphans.length
    swept.stagingKept += page.length - orphans.length
  }
}

async function findMissing({ db, objects, swept, signal, seen }: Sweeping): Promise<void> {
  for (let after = ''; !signal?.aborted;) {
    const keys = await store.listRecordedKeys(db, after, AT_ONCE)
    const suspects: string[] = []
    for (const key of keys) if (!(await isThere(objects, key))) suspects.push(key)
    // A row that went together with its object is no fault.
    const gone = suspects.length === 0 ? [] : await store.listOrphans(db, suspects)
    swept.missing.push(...suspects.filter((key) => !gone.includes(key)))
    seen(keys.length)
    const last = keys.at(-1)
    if (last === undefined || keys.length < AT_ONCE) return
    after = last
  }
}

/** What was changed or cut is there: it is told by whoever reads everything. */
async function isThere(objects: ObjectStore, key: string): Promise<boolean> {
  try {
    return (await objects.head(key)) !== undefined
  } catch (error) {
    if (error instanceof ObjectChanged) return true
    throw error
  }
}

const isOlder = (modifiedAt: Date, graceMs: number): boolean => modifiedAt.getTime() <= Date.now() - graceMs

async function* pages<T>(all: AsyncIterable<T>): AsyncGenerator<T[]> {
  let page: T[] = []
  for await (const each of all) {
    page.push(each)
    if (page.length < AT_ONCE) continue
    yield page
    page = []
  }
  if (page.length > 0) yield page
}
