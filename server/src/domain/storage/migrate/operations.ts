import { isId } from '../../../platform/ids.ts'
import { inTransaction, type Db } from '../../../platform/db/index.ts'
import type { Reading } from '../../../platform/objects/fingerprint.ts'
import type { ObjectStore } from '../../../platform/objects/index.ts'
import * as rows from '../store.ts'
import { copyObject, type Copied } from './copying.ts'
import { isPlainKey } from './rules.ts'
import * as store from './store.ts'

const AT_ONCE = 500
const MOST_TOLD = 1_000
const MOST_PASSES = 3
/** A key that nothing has: that a store says so shows that it answers. */
const ABSENT_KEY = 'probe'

/** A store, and the name it is remembered by: no secrets in it. */
export type Place = { name: string; store: ObjectStore }

export type Moved = {
  isDone: boolean
  copied: number
  copiedBytes: number
  /** Had been copied and read back before. */
  there: number
  /** Removed from the source, each after its copy was read back. */
  removed: number
  /** Objects that no row mentions: they are not copied, and the sweep removes them. */
  orphans: number
  faults: MoveFault[]
}

export type MoveFault = { kind: 'damaged' | 'differs' | 'failed'; objectKey: string; why?: string }

export type MoveOptions = Pick<Reading, 'pace' | 'signal'> & {
  /** How many objects are copied at a time. */
  atOnce: number
  removesSource: boolean
  onProgress?: (progress: { doneBytes: number; totalBytes: number }) => void
}

/**
 * Copies every object that rows mention from one store to another, as it is kept, and reads each copy back. What has been
 * read back is written down, so that whoever begins again goes on. Objects never change: what arrives while a pass goes on
 * is copied by the next, until one finds nothing new. The source is left alone, unless it is to be removed.
 */
export async function moveObjects(db: Db, from: Place, to: Place, options: MoveOptions): Promise<Moved> {
  const { bytes: totalBytes } = await store.sumOfHot(db)
  const moved: Moved = { isDone: false, copied: 0, copiedBytes: 0, there: 0, removed: 0, orphans: 0, faults: [] }
  for (let pass = 1; pass <= MOST_PASSES; pass += 1) {
    const copiedBefore = moved.copied
    const thereBefore = moved.there
    Object.assign(moved, { orphans: 0, faults: [] })
    const progress = { doneBytes: 0, totalBytes }
    options.onProgress?.(progress)
    for await (const page of pages(from.store.list())) {
      await movePage(db, { from, to }, page, options, { moved, progress })
      if (options.signal?.aborted === true) return moved
    }
    // What the first pass copied is there for the second, and has been counted.
    if (pass > 1) moved.there = thereBefore
    if (moved.copied === copiedBefore) break
  }
  return { ...moved, isDone: moved.faults.length === 0 }
}

type Listed = { key: string; sizeBytes: number }
type Places = { from: Place; to: Place }
/** What has been done, and how far that is. */
type Account = { moved: Moved; progress: { doneBytes: number; totalBytes: number } }

async function movePage(
  db: Db,
  { from, to }: Places,
  page: readonly Listed[],
  options: MoveOptions,
  { moved, progress }: Account,
): Promise<void> {
  const keys = page.map(({ key }) => key)
  const recorded = new Map((await store.listRecorded(db, keys)).map((object) => [object.objectKey, object]))
  const movedBefore = new Set(await store.listMoved(db, to.name, keys))
  moved.orphans += keys.filter((key) => !recorded.has(key)).length
  const waiting = page.values()

  async function next(): Promise<void> {
    for (const { key, sizeBytes } of waiting) {
      const object = recorded.get(key)
      if (object === undefined) continue
      if (options.signal?.aborted === true) return
      let counted = 0
      // Of what is kept with another size than it was uploaded with, no more is counted than the total knows of.
      const onBytes = (bytes: number) => {
        const more = Math.min(bytes, object.sizeBytes - counted)
        counted += more
        progress.doneBytes += more
        options.onProgress?.(progress)
      }
      const isThere = movedBefore.has(key) && (await to.store.head(key))?.sizeBytes === sizeBytes
      if (isThere) moved.there += 1
      else if (!(await moveOne(db, { from, to }, object, { ...options, onBytes }, moved))) continue
      else moved.copiedBytes += sizeBytes
      if (options.removesSource) await removeAtSource(db, from, key, moved)
      onBytes(object.sizeBytes)
    }
  }
  await Promise.all(Array.from({ length: options.atOnce }, next))
}

/** Whether it is at the target now, byte for byte. */
async function moveOne(
  db: Db,
  { from, to }: Places,
  object: store.RecordedObject,
  reading: Reading,
  moved: Moved,
): Promise<boolean> {
  const { objectKey, sha256, sizeBytes } = object
  const plain = sha256 !== null && isPlainKey(objectKey) ? { sha256, sizeBytes } : undefined
  const about = { key: objectKey, owner: object, plain }
  try {
    let { outcome }: Copied = await copyObject(from.store, to.store, about, reading)
    if (outcome === 'differs') ({ outcome } = await copyObject(from.store, to.store, about, reading))
    if (outcome === 'gone') return false
    if (outcome === 'copied') {
      await inTransaction(db, (tx) => store.insertMoved(tx, to.name, objectKey))
      moved.copied += 1
      return true
    }
    tell(moved, { kind: outcome, objectKey })
  } catch (error) {
    if (reading.signal?.aborted === true) return false
    // A store that does not answer fails with every object: that is the news, and not this one.
    await from.store.head(ABSENT_KEY)
    await to.store.head(ABSENT_KEY)
    tell(moved, { kind: 'failed', objectKey, why: (error as Error).message })
  }
  return false
}

function tell(moved: Moved, fault: MoveFault): void {
  if (moved.faults.length < MOST_TOLD) moved.faults.push(fault)
}

async function removeAtSource(db: Db, from: Place, key: string, moved: Moved): Promise<void> {
  await inTransaction(db, (tx) => store.forgetMoved(tx, from.name, key))
  await from.store.delete([key])
  moved.removed += 1
}

export type Left = {
  /** Objects that rows mention and only the old store has. */
  objects: number
  /** Uploads that were begun in the old store and have not ended. */
  uploads: number
  /** Rows whose object is nowhere, or is damaged in the old store: see `trove verify`. */
  lost: number
}

/** What would be missed if the old store were taken away now. */
export async function whatIsLeft(
  db: Db,
  stores: { hot: ObjectStore; cold: ObjectStore | undefined; old: ObjectStore },
): Promise<Left> {
  const { hot, cold, old } = stores
  const left: Left = { objects: 0, uploads: 0, lost: 0 }
  for (let after = ''; ;) {
    const keys = await rows.listRecordedKeys(db, after, AT_ONCE)
    const absent: string[] = []
    for (const key of keys)
      if ((await hot.head(key)) === undefined && (await cold?.head(key)) === undefined) absent.push(key)
    const damaged = new Set(absent.length === 0 ? [] : await store.listDamagedKeys(db, absent))
    // A row that has gone together with its object is none.
    const gone = new Set(absent.length === 0 ? [] : await rows.listOrphans(db, absent))
    for (const key of absent.filter((each) => !gone.has(each))) {
      if (damaged.has(key) || (await old.head(key)) === undefined) left.lost += 1
      else left.objects += 1
    }
    const last = keys.at(-1)
    if (last === undefined || keys.length < AT_ONCE) break
    after = last
  }
  for await (const page of pages(old.staging.list())) {
    const ids = page.map(({ id }) => id).filter(isId)
    left.uploads += (await rows.listOpenUploads(db, ids)).length
  }
  return left
}

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
