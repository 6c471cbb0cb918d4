import { setTimeout as delay } from 'node:timers/promises'
import { isFailure, type Failure } from '../failure.ts'
import { interrupted } from './exchange.ts'

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 30_000
const MOST_FAULTS = 5
/** A server that has never answered is not waited for: its address may be wrong. */
const UNKNOWN_PATIENCE_MS = 5_000

/** How long to wait for what may come back by itself, and whom to tell. */
export type Patience = {
  /** Without a byte moved in all this time, it is over. */
  giveUpMs: number
  signal: AbortSignal
  /** Whether this server has ever answered. */
  isKnown(): boolean
}

export type Waiting = { reason: string; waitMs: number }

/**
 * How long to wait before the next attempt.
 *
 * @param failures  attempts in a row that moved nothing
 * @param random    0 to 1, so that many clients do not come back in step
 * @returns undefined when another attempt is of no use
 */
export function waitAfter(failure: Failure, failures: number, random: number): number | undefined {
  const { kind, status = 0, retryAfterMs = 0 } = failure
  const passes =
    kind === 'lost' || status === 408 || status === 425 || status === 429 || status === 460 || isBusy(status)
  // A fault may be that of a moment, and seldom passes when it has not by the fifth time.
  if (!passes || (kind === 'internal' && failures > MOST_FAULTS)) return undefined
  const backOff = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, failures - 1)) * (0.7 + random * 0.6)
  return Math.max(retryAfterMs, backOff)
}

/** A full disk (507) does not pass by itself. */
const isBusy = (status: number) => status >= 500 && status !== 501 && status !== 507

export type Turns = {
  /** Something moved: what failed before counts no more. */
  moved(): void
  /** Waits as long as is right. @throws Failure  the given one, when it is of no use; interrupted */
  wait(failure: Failure): Promise<void>
}

/** Counts the attempts at one thing. */
export function createTurns(patience: Patience, onWait?: (waiting: Waiting) => void): Turns {
  let failures = 0
  let sinceMs = Date.now()
  return {
    moved() {
      failures = 0
      sinceMs = Date.now()
    },
    async wait(failure) {
      failures += 1
      const waitMs = waitAfter(failure, failures, Math.random())
      const mostMs = patience.isKnown() ? patience.giveUpMs : Math.min(UNKNOWN_PATIENCE_MS, patience.giveUpMs)
      if (waitMs === undefined || Date.now() + waitMs - sinceMs > mostMs) throw failure
      onWait?.({ reason: failure.message, waitMs: Math.round(waitMs) })
      await delay(waitMs, undefined, { signal: patience.signal }).catch(() => {
        throw interrupted()
      })
    },
  }
}

/** Does something until it succeeds, or fails for good. Only for what may be done twice. */
export async function patiently<T>(patience: Patience, work: () => Promise<T>, onWait?: (waiting: Waiting) => void) {
  const turns = createTurns(patience, onWait)
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!isFailure(error)) throw error
      await turns.wait(error)
    }
  }
}
