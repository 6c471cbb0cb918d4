import type { Platform } from '../../platform/platform.ts'
import { inTransaction } from '../../platform/db/index.ts'
import { isId } from '../../platform/ids.ts'
import * as store from './store.ts'

const AT_ONCE = 500

export type Swept = {
  objectsKept: number
  /** Objects that no row mentioned. */
  objectsRemoved: number
  /** Blobs that nothing referred to, each with its object and those of its variants. */
  blobsRemoved: number
  stagingKept: number
  stagingRemoved: number
  /** Keys of rows whose object is gone. They are told and left alone. */
  missing: string[]
}

type Parts = Pick<Platform, 'db' | 'objects'>

/**
 * Removes what nothing refers to and has not been touched for `graceMs`: blobs without a version, objects without a
 * row, staged bytes without an upload. It never removes anything that a row mentions. May be killed at any line and run
 * again, and may run while uploads go on.
 */
export async function sweep(platform: Parts, options: { graceMs: number }, signal?: AbortSignal): Promise<Swept> {
  const swept: Swept = {
    objectsKept: 0,
    objectsRemoved: 0,
    blobsRemoved: 0,
    stagingKept: 0,
    stagingRemoved: 0,
    missing: [],
  }
  await sweepBlobs(platform, options.graceMs, swept, signal)
  await sweepObjects(platform, options.graceMs, swept, signal)
  await sweepStaging(platform, options.graceMs, swept, signal)
  await findMissing(platform, swept, signal)
  return swept
}

async function sweepBlobs({ db, objects }: Parts, graceMs: number, swept: Swept, signal?: AbortSignal): Promise<void> {
  for (;;) {
    const ids = await store.listUnreferenced(db, graceMs, AT_ONCE)
    let removed = 0
    for (const id of ids) {
      if (signal?.aborted) return
      const keys = await inTransaction(db, async (tx) => {
        if ((await store.lockUnreferenced(tx, id)) === undefined) return []
        if (!(await store.isReferenced(tx, id))) return store.deleteBlob(tx, id)
        await store.setReferenced(tx, id)
        return []
      })
      // Only now: had the transaction been rolled back, the bytes would still be wanted.
      await objects.delete(keys)
      if (keys.length > 0) removed += 1
    }
    swept.blobsRemoved += removed
    if (removed === 0) return
  }
}

async function sweepObjects(
  { db, objects }: Parts,
  graceMs: number,
  swept: Swept,
  signal?: AbortSignal,
): Promise<void> {
  for await (const page of pages(objects.list())) {
    if (signal?.aborted) return
    const old = page.filter(({ modifiedAt }) => isOlder(modifiedAt, graceMs)).map(({ key }) => key)
    const orphans = old.length === 0 ? [] : await store.listOrphans(db, old)
    await objects.delete(orphans)
    swept.objectsRemoved += orphans.length
    swept.objectsKept += page.length - orphans.length
  }
}

async function sweepStaging(
  { db, objects }: Parts,
  graceMs: number,
  swept: Swept,
  signal?: AbortSignal,
): Promise<void> {
  for await (const page of pages(objects.staging.list())) {
    if (signal?.aborted) return
    const old = page.filter(({ modifiedAt }) => isOlder(modifiedAt, graceMs)).map(({ id }) => id)
    const open = new Set(await store.listOpenUploads(db, old.filter(isId)))
    const orphans = old.filter((id) => !open.has(id))
    for (const id of orphans) await objects.staging.remove(id)
    swept.stagingRemoved += orphans.length
    swept.stagingKept += page.length - orphans.length
  }
}

async function findMissing({ db, objects }: Parts, swept: Swept, signal?: AbortSignal): Promise<void> {
  for (let after = ''; !signal?.aborted;) {
    const keys = await store.listRecordedKeys(db, after, AT_ONCE)
    const suspects: string[] = []
    for (const key of keys) if ((await objects.head(key)) === undefined) suspects.push(key)
    // A row that went together with its object is no fault.
    const gone = suspects.length === 0 ? [] : await store.listOrphans(db, suspects)
    swept.missing.push(...suspects.filter((key) => !gone.includes(key)))
    const last = keys.at(-1)
    if (last === undefined || keys.length < AT_ONCE) return
    after = last
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
