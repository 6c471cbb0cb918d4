import { inTransaction } from '../../../platform/db/index.ts'
import type { Task } from '../../../platform/jobs/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import type { TSchema } from 'typebox'
import { scanBlob, type Outcome } from './scanning.ts'
import * as store from './store.ts'

const MOST_COUNTED = 10_000
const AT_ONCE = 50
const MOST_LET_THROUGH = 200
/** A piece of an object must not take longer than a scanner waits for the next. */
const LEAST_RATE = 1024 ** 2
const REASONS = ['too-large', 'unreachable', 'encrypted']

/** What processes a version: known to the tasks, which know this. */
export type Process = Task<TSchema>

/**
 * Looks at what is due: takes up what was held while the scanner was away, then what was never scanned or longest ago,
 * no faster than is allowed and no longer than `budgetMs`. May be killed at any line and run again.
 *
 * @returns how many were looked at
 */
export async function scanDue(
  platform: Platform,
  { process, budgetMs }: { process: Process; budgetMs: number },
  signal: AbortSignal,
): Promise<number> {
  const until = Date.now() + budgetMs
  const { scanner } = platform
  const { scanning } = platform.settings
  await letThrough(platform, process)
  const engine = await scanner?.engine()
  if (scanning === undefined || engine === undefined) return 0
  const rate = Math.max(LEAST_RATE, scanning.bytesPerSecond)
  let count = 0
  for (;;) {
    const due = await store.listDue(platform.db, { engine, againDays: scanning.againDays, limit: AT_ONCE })
    for (const { id, isUrgent } of due) {
      if (signal.aborted || Date.now() >= until) return count
      const outcome = await scanAgain(platform, { blobId: id, process }, signal, isUrgent ? undefined : rate)
      if (outcome === 'unreachable') return count
      count += 1
    }
    if (due.length < AT_ONCE) return count
  }
}

/** How many it would scan now, of those that it would look at first. */
export async function countDue({ db, scanner, settings }: Platform): Promise<number> {
  const engine = await scanner?.engine()
  if (settings.scanning === undefined || engine === undefined) return 0
  const { againDays } = settings.scanning
  return (await store.listDue(db, { engine, againDays, limit: MOST_COUNTED })).length
}

/** Scans one blob anew, and has its versions processed that waited for that. */
export async function scanAgain(
  platform: Platform,
  { blobId, process }: { blobId: string; process: Process },
  signal: AbortSignal,
  bytesPerSecond?: number,
): Promise<Outcome> {
  const blob = await store.getBlob(platform.db, blobId)
  if (blob === undefined) return 'gone'
  const outcome = await scanBlob(platform, blob, signal, bytesPerSecond)
  const { scan } = blob.standing
  if (outcome === 'clear' && (scan === 'waiting' || scan === 'skipped')) {
    const versions = await store.listPendingVersions(platform.db, blobId)
    const groupId = blob.organizationId
    await inTransaction(platform.db, async (tx) => {
      for (const versionId of versions) await platform.jobs.enqueue(tx, process, { versionId }, { groupId })
    })
  }
  return outcome
}

/** What is held and need not be, because the policy is another now or there is no scanner any more, is processed. */
async function letThrough({ db, jobs, settings: { scanning } }: Platform, process: Process): Promise<void> {
  const byPolicy = { hold: [], 'allow-large': ['too-large'], allow: REASONS }
  const reasons = scanning === undefined ? REASONS : byPolicy[scanning.policy]
  if (reasons.length === 0) return
  const open = await store.listLetThrough(db, { reasons, limit: MOST_LET_THROUGH })
  if (open.length === 0) return
  await inTransaction(db, async (tx) => {
    for (const { versionId, organizationId } of open)
      await jobs.enqueue(tx, process, { versionId }, { groupId: organizationId })
  })
}
