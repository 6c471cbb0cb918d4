import { inTransaction } from '../../../platform/db/index.ts'
import { newId } from '../../../platform/ids.ts'
import type { Reading } from '../../../platform/objects/fingerprint.ts'
import { verifyBlob, type Machines } from './operations.ts'
import { findOrphans } from './orphans.ts'
import { isAll, type Fault, type Scope } from './rules.ts'
import * as store from './store.ts'

const AT_ONCE = 200
const MOST_TOLD = 10_000

export type Verification = {
  isDone: boolean
  /** What the reading that goes on had read before it was cut short is counted in. */
  blobs: number
  bytes: number
  missing: number
  changed: number
  unreadable: number
  healed: number
  derivedLost: number
  /** undefined: not looked for, because not everything was read. */
  orphans: number | undefined
  /** Each thing that is wrong; the counts also tell of those that are too many for this list. */
  faults: Fault[]
}

export type Progress = {
  readBlobs: number
  readBytes: number
  totalBlobs: number
  totalBytes: number
  isResumed: boolean
}

export type Options = Pick<Reading, 'hashing' | 'pace' | 'signal'> & {
  kind: 'command' | 'nightly'
  /** How many are read at a time. */
  readers: number
  /** What has been read since is not read again; undefined: since this reading began, so all of it. */
  notSince?: Date
  /** An object without a row that is younger is waited for before it is called an orphan; 10 s unless said. */
  settledMs?: number
  onProgress?: (progress: Progress) => void
}

/**
 * Reads blobs from the store, the longest unread first, and compares them with what they were. It deletes nothing. Killed
 * at any line and begun again it goes on where it was, and several may run at once.
 *
 * @throws StoreAway  the store does not answer, or is empty: nothing more was flagged
 */
export async function verify(machines: Machines, scope: Scope, options: Options): Promise<Verification> {
  const { db } = machines
  const { kind, signal, notSince } = options
  const before = await store.findUnfinished(db, kind, scope)
  const run = before ?? (await inTransaction(db, (tx) => store.insertRun(tx, newId(), kind, scope)))
  const due = { id: run.id, before: notSince ?? run.beganAt, until: new Date() }
  const left = await store.countDue(db, scope, due)
  const progress: Progress = {
    readBlobs: run.blobs,
    readBytes: run.bytes,
    totalBlobs: run.blobs + left.blobs,
    totalBytes: run.bytes + left.bytes,
    isResumed: before !== undefined,
  }
  options.onProgress?.(progress)
  const lost: Fault[] = []
  let isDone = false
  while (!isDone && signal?.aborted !== true) {
    const blobs = await store.listDue(db, scope, due, AT_ONCE)
    isDone = blobs.length === 0
    lost.push(...(await verifySome(machines, run.id, blobs, options, progress)))
  }
  const orphans =
    isDone && isAll(scope) && kind === 'command'
      ? await findOrphans(machines, { mostTold: MOST_TOLD, settledMs: options.settledMs }, signal)
      : undefined
  if (isDone && signal?.aborted !== true) await inTransaction(db, (tx) => store.endRun(tx, run.id, orphans?.count))
  const damaged = await store.listFound(db, scope, run.beganAt, MOST_TOLD)
  const faults: Fault[] = [
    ...damaged.map(({ id, damage, objectKey, organizationId, sizeBytes }) => ({
      kind: damage,
      of: 'original' as const,
      objectKey,
      blobId: id,
      organizationId,
      sizeBytes,
    })),
    ...lost.slice(0, MOST_TOLD),
    ...(orphans?.faults ?? []),
  ]
  const tally = await store.getTally(db, run.id)
  return { isDone: isDone && signal?.aborted !== true, ...tally, orphans: orphans?.count, faults }
}

/** Reads a page of blobs, several at a time, and writes down what was read; also of a page that was cut short. */
async function verifySome(
  machines: Machines,
  runId: string,
  blobs: readonly store.DueBlob[],
  options: Options,
  progress: Progress,
): Promise<Fault[]> {
  const derived = Map.groupBy(
    await store.listDerived(
      machines.db,
      blobs.map(({ id }) => id),
    ),
    ({ blobId }) => blobId,
  )
  const tally: store.Tally = { blobs: 0, bytes: 0, missing: 0, changed: 0, unreadable: 0, healed: 0, derivedLost: 0 }
  const good: string[] = []
  const lost: Fault[] = []
  const waiting = blobs.values()
  const onBytes = () => options.onProgress?.(progress)

  async function readOn(): Promise<void> {
    for (const blob of waiting) {
      if (options.signal?.aborted === true) return
      let readBytes = 0
      const hear = (bytes: number) => {
        // What was made of it is read too and is not in the total.
        const counted = Math.min(bytes, blob.sizeBytes - readBytes)
        readBytes += counted
        progress.readBytes += counted
        onBytes()
      }
      const found = await verifyBlob(machines, blob, derived.get(blob.id) ?? [], { ...options, onBytes: hear })
      progress.readBytes += blob.sizeBytes - readBytes
      progress.readBlobs += 1
      onBytes()
      tally.blobs += 1
      tally.bytes += blob.sizeBytes
      tally.derivedLost += found.derived.length
      lost.push(...found.derived)
      if (found.isHealed) tally.healed += 1
      if (found.damage === undefined) good.push(blob.id)
      else tally[found.damage] += 1
    }
  }

  const readers = await Promise.allSettled(Array.from({ length: options.readers }, readOn))
  if (tally.blobs > 0)
    await inTransaction(machines.db, async (tx) => {
      await store.setVerified(tx, good)
      await store.addToRun(tx, runId, tally)
    })
  const failed = readers.find((reader) => reader.status === 'rejected')
  if (failed !== undefined && options.signal?.aborted !== true) throw failed.reason
  return lost
}
