import type { StepName } from '@trove/contract/processing'
import { setTimeout as delay } from 'node:timers/promises'
import { inTransaction } from '../../../platform/db/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import { steps } from '../steps/tasks.ts'
import * as store from './store.ts'

/** So many of them wait at a time: a bulk is asked for as it is worked off. */
const MOST_WAITING = 500
const AT_ONCE = 500
const LOOK_AGAIN_MS = 1_000

/**
 * Asks for steps over old files, as administrators wanted, in the order of their ids and last of all. May be killed at
 * any line and run again: each batch is one transaction that moves the cursor, and several workers take turns.
 *
 * @param budgetMs  no longer than this; the next run goes on
 * @returns how many were asked for
 */
export async function askOverOldFiles(
  platform: Pick<Platform, 'db' | 'jobs'>,
  { budgetMs }: { budgetMs: number },
  signal: AbortSignal,
): Promise<number> {
  const until = Date.now() + budgetMs
  let asked = 0
  for (;;) {
    const open = (await store.listRuns(platform.db)).filter(({ endedAt }) => endedAt === null)
    if (open.length === 0) return asked
    let moved = 0
    for (const { name } of open) {
      if (signal.aborted || Date.now() >= until) return asked
      if ((await store.countWaitingOld(platform.db, name, MOST_WAITING)) >= MOST_WAITING) continue
      const batch = await askBatch(platform, name)
      moved += batch.seen
      asked += batch.asked
    }
    if (moved === 0) await delay(LOOK_AGAIN_MS, undefined, { signal })
  }
}

async function askBatch({ db, jobs }: Pick<Platform, 'db' | 'jobs'>, name: StepName) {
  const known = steps.find(({ step }) => step.name === name)
  return inTransaction(db, async (tx) => {
    const run = await store.lockRun(tx, name)
    if (run === undefined) return { seen: 0, asked: 0 }
    const blobs = run.untilBlobId === null || known === undefined ? [] : await store.listBlobs(tx, run, AT_ONCE)
    const last = blobs.at(-1)
    if (last === undefined || known === undefined) {
      await store.endRun(tx, name)
      return { seen: 0, asked: 0 }
    }
    const { step, task } = known
    let asked = 0
    for (const { blobId, organizationId, mediaType, isSeen } of blobs) {
      if (!isSeen || !step.appliesTo(mediaType)) continue
      if (!(await store.askOld(tx, { name, revision: step.revision, blobId, organizationId }))) continue
      await jobs.enqueue(tx, task, { blobId }, { groupId: organizationId, urgency: 'last' })
      asked += 1
    }
    await store.advance(tx, name, { afterBlobId: last.blobId, seen: blobs.length, asked })
    return { seen: blobs.length, asked }
  })
}

/** How many the step would be asked for now. */
export async function countOldFiles(db: Platform['db'], name: StepName): Promise<number> {
  const known = steps.find(({ step }) => step.name === name)
  if (known === undefined) return 0
  const counted = await store.countByType(db, known.step)
  return counted.reduce((sum, { mediaType, count }) => (known.step.appliesTo(mediaType) ? sum + count : sum), 0)
}

/** How many steps would be asked for by the runs that are under way. */
export async function countAsked(db: Platform['db']): Promise<number> {
  let count = 0
  for (const { name, endedAt } of await store.listRuns(db)) if (endedAt === null) count += await countOldFiles(db, name)
  return count
}
