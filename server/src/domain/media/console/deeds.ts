import type { FailureReason, StepName } from '@trove/contract/processing'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction, type Tx } from '../../../platform/db/index.ts'
import type { Task } from '../../../platform/jobs/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as audit from '../../audit/index.ts'
import { countOldFiles } from '../old-files/asking.ts'
import * as oldFiles from '../old-files/store.ts'
import { steps } from '../steps/tasks.ts'
import * as store from './store.ts'

// All of these are for the administrator of the installation alone: the door asks for that.

const AT_ONCE = 5_000
/** A request has half a minute; what is left waits, paused, for another. */
const DRAIN_MS = 20_000

type Machines = Pick<Platform, 'db' | 'jobs'>

/** @throws wrong-state  it is paused already, or is one of those that are one job with `variants` */
export function pauseStep({ db }: Pick<Platform, 'db'>, actor: UserActor, step: StepName): Promise<void> {
  requireQueue(step)
  return inTransaction(db, async (tx) => {
    if (!(await store.insertPause(tx, step, actor.userId)))
      throw new Problem('wrong-state', `${step} is paused already.`, { from: 'paused', to: 'paused' })
    await audit.recordSecurityEvent(tx, 'warning', 'processing.paused', { actor, facts: { step } })
  })
}

/** @throws wrong-state  it is not paused */
export function resumeStep({ db }: Pick<Platform, 'db'>, actor: UserActor, step: StepName): Promise<void> {
  return inTransaction(db, async (tx) => {
    if (!(await store.deletePause(tx, step)))
      throw new Problem('wrong-state', `${step} is not paused.`, { from: 'running', to: 'running' })
    await audit.recordSecurityEvent(tx, 'info', 'processing.resumed', { actor, facts: { step } })
  })
}

/**
 * Pauses a step, and forgets what waits of it: the files stay as they are, and can be asked for again.
 *
 * @returns how many were thrown away, or would be
 * @throws wrong-state  nothing of a file could be seen without it
 */
export async function drainStep(
  { db }: Pick<Platform, 'db'>,
  actor: UserActor,
  { step, isDryRun }: { step: StepName; isDryRun: boolean },
): Promise<{ count: number }> {
  requireLater(step)
  if (isDryRun) return { count: await store.countWaiting(db, step) }
  await inTransaction(db, async (tx) => {
    await store.insertPause(tx, step, actor.userId)
    await oldFiles.endRun(tx, step)
    const count = await store.countWaiting(tx, step)
    await audit.recordSecurityEvent(tx, 'warning', 'processing.drained', { actor, facts: { step, count } })
  })
  const until = Date.now() + DRAIN_MS
  let count = 0
  for (;;) {
    const deleted = await inTransaction(db, (tx) => store.deleteWaiting(tx, step, AT_ONCE))
    count += deleted
    if (deleted < AT_ONCE || Date.now() >= until) return { count }
  }
}

/**
 * Has all that failed until now tried again, in its turn.
 *
 * @returns how many that are
 */
export async function retryFailures(
  { db, jobs }: Machines,
  retry: Task,
  actor: UserActor,
  which: { step?: StepName; reason?: FailureReason },
): Promise<{ count: number }> {
  const before = new Date()
  const count = await store.countFailed(db, { ...which, before })
  if (count === 0) return { count }
  await inTransaction(db, async (tx) => {
    await jobs.enqueue(tx, retry, { ...which, before: before.toISOString() })
    await audit.recordSecurityEvent(tx, 'info', 'processing.retried', { actor, facts: { ...which, count } })
  })
  return { count }
}

/**
 * Asks for a step over old files; the rest is done as there is room for it, last of all.
 *
 * @returns how many files' bytes it is, or would be, asked for
 * @throws wrong-state  it is under way, or the step is not one that can be asked for by itself
 */
export async function runStepAgain(
  { db, jobs }: Machines,
  work: Task,
  actor: UserActor | undefined,
  { step, isDryRun }: { step: StepName; isDryRun: boolean },
): Promise<{ count: number }> {
  const { revision } = requireLater(step)
  const count = await countOldFiles(db, step)
  if (isDryRun) return { count }
  await inTransaction(db, async (tx: Tx) => {
    if (!(await oldFiles.insertRun(tx, { name: step, revision, askedBy: actor?.userId })))
      throw new Problem('wrong-state', `${step} is being asked for over old files already.`, {
        from: 'running',
        to: 'running',
      })
    await jobs.enqueue(tx, work, {})
    const facts = { step, count }
    await audit.recordSecurityEvent(tx, 'info', 'processing.asked-again', { ...(actor && { actor }), facts })
  })
  return { count }
}

/** @throws wrong-state  it is not under way */
export function stopStepAgain({ db }: Pick<Platform, 'db'>, actor: UserActor, step: StepName): Promise<void> {
  return inTransaction(db, async (tx) => {
    if (!(await oldFiles.endRun(tx, step)))
      throw new Problem('wrong-state', `${step} is not being asked for over old files.`, { from: 'done', to: 'done' })
    await audit.recordSecurityEvent(tx, 'info', 'processing.stopped-again', { actor, facts: { step } })
  })
}

/** Scan, probe and variants are one job. */
function requireQueue(step: StepName): void {
  if (step === 'variants' || steps.some((each) => each.step.name === step)) return
  throw new Problem('wrong-state', `${step} has no queue of its own: it goes with variants.`, { from: step })
}

function requireLater(name: StepName) {
  const found = steps.find(({ step }) => step.name === name)
  if (found === undefined)
    throw new Problem('wrong-state', `${name} belongs to every new file, and is not asked for by itself.`, {
      from: name,
    })
  return found.step
}
