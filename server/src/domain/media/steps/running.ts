import { setTimeout as delay } from 'node:timers/promises'
import { inTransaction, type Tx } from '../../../platform/db/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import { isScanClear } from '../../storage/index.ts'
import { rendererOf } from '../renderer.ts'
import type { Step, Subject } from './step.ts'
import * as store from './store.ts'
import { tellStep } from './telling.ts'

/** How often somebody who runs a step says so, and how far it has come. */
const BEAT_MS = 1_000
/** Somebody else is at it: how soon to look again. */
const AGAIN_MS = 3_000
/** How long an attempt that was told to end may take to do so. */
const LET_GO_MS = 5_000
/** More than the queue makes of one asking: somebody who looks adds to those. */
const MOST_ATTEMPTS = 10

type Run = {
  blobId: string
  /** Somebody waits for it: it goes before all others, and whoever is at it already will do. */
  isUrgent?: boolean
}

/**
 * One attempt at a step, when it is its turn. May be killed at any line and run again; two workers are never at the same
 * step of the same bytes.
 *
 * @throws whatever is no fault of the file
 */
export async function runStep(
  platform: Platform,
  step: Step,
  { blobId, isUrgent = false }: Run,
  signal: AbortSignal,
): Promise<void> {
  const { db, settings } = platform
  for (;;) {
    const subject = await store.getSubject(db, blobId, step.name)
    if (subject === undefined || (subject.status !== 'waiting' && subject.status !== 'running')) return
    // Nothing is decoded that is in quarantine; once it is let go, it is asked for anew.
    if (!isScanClear(settings.scanning, subject.standing))
      return inTransaction(db, (tx) => store.forget(tx, blobId, step.name))
    const isBegun = await inTurn(platform, { step, subject, isUrgent }, signal)
    if (isBegun || isUrgent) return
    await delay(AGAIN_MS, undefined, { signal })
  }
}

type Turn = { step: Step; subject: Subject; isUrgent: boolean }

/** False when somebody else is at it. */
async function inTurn(platform: Platform, { step, subject, isUrgent }: Turn, signal: AbortSignal): Promise<boolean> {
  const { organizationId, blobId } = subject
  const isHeavy = step.weight === 'heavy'
  const lane = isUrgent ? 'urgent' : isHeavy ? 'heavy' : 'light'
  const leave = await rendererOf(platform).enter({ lane, isHeavy, organizationId }, signal)
  try {
    const attempts = await inTransaction(platform.db, (tx) => store.begin(tx, blobId, step.name, step.revision))
    if (attempts === undefined) return false
    await attempt(platform, { step, subject, attempt: { blobId, name: step.name, attempts } }, signal)
    return true
  } finally {
    leave()
  }
}

type Begun = { step: Step; subject: Subject; attempt: store.Attempt }

async function attempt(platform: Platform, { step, subject, attempt: own }: Begun, signal: AbortSignal): Promise<void> {
  const { db } = platform
  if (own.attempts > MOST_ATTEMPTS)
    return finish(platform, own, {
      status: 'failed',
      reason: 'fault',
      failure: 'It could not be processed: it was begun too often and never ended.',
    })
  const pulse = beating(platform, own)
  try {
    const outcome = await withinTime(step.timeoutMs, signal, (both) =>
      step.run(platform, subject, { signal: both, report: pulse.report }),
    )
    await pulse.stop()
    await finish(platform, own, outcome)
  } catch (error) {
    await pulse.stop()
    await inTransaction(db, (tx) => store.giveBack(tx, own, signal.aborted ? 'stopped' : 'failed')).catch(
      (err: unknown) => platform.log.debug({ err }, 'a step could not be given back and will be missed'),
    )
    throw error
  }
}

function finish({ db }: Pick<Platform, 'db'>, attempt: store.Attempt, outcome: store.End): Promise<void> {
  return inTransaction(db, async (tx) => {
    const ended = await store.end(tx, attempt, outcome)
    if (ended !== undefined && !ended.isOld) await tellStep(tx, attempt.blobId, attempt.name, outcome.status)
  })
}

/** The end of a step that failed each time, through no fault of the file. */
export async function giveUpStep(
  { db }: Pick<Platform, 'db'>,
  step: Step,
  blobId: string,
  cause: Error,
): Promise<void> {
  const failure = `It could not be processed: ${cause.message.replace(/\.$/, '')}.`
  const reason = /too long/.test(cause.message) ? 'too-slow' : 'fault'
  await inTransaction(db, async (tx: Tx) => {
    if (await store.endForGood(tx, blobId, step.name, { status: 'failed', reason, failure }))
      await tellStep(tx, blobId, step.name, 'failed')
  })
}

/** @throws Error  `job timed out`, as the queue says it, also when `work` does not let go */
async function withinTime<T>(
  timeoutMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController()
  const ended = Promise.withResolvers<never>()
  ended.promise.catch(() => undefined)
  const late = new Error('job timed out')
  const timer = setTimeout(() => {
    limit.abort(late)
    setTimeout(() => ended.reject(late), LET_GO_MS).unref()
  }, timeoutMs)
  try {
    return await Promise.race([work(AbortSignal.any([signal, limit.signal])), ended.promise])
  } catch (error) {
    throw limit.signal.aborted && !signal.aborted ? late : error
  } finally {
    clearTimeout(timer)
  }
}

/** Says each second that it lives and how far it has come; what cannot be written now is written with the next. */
function beating({ db, log }: Pick<Platform, 'db' | 'log'>, attempt: store.Attempt) {
  let share = 0
  let writing: Promise<void> | undefined
  const timer = setInterval(() => {
    writing ??= inTransaction(db, (tx) => store.beat(tx, attempt, share))
      .catch((err: unknown) => log.debug({ err }, 'a sign of life was not written'))
      .finally(() => (writing = undefined))
  }, BEAT_MS)
  return {
    report: (now: number) => void (share = Math.min(1, Math.max(0, now))),
    async stop() {
      clearInterval(timer)
      await writing
    },
  }
}
