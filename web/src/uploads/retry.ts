/** How one attempt to send a file ended. */
export type Ending =
  | { kind: 'done'; fileId: string | undefined }
  | { kind: 'stopped' }
  /** Nothing answered, or not in time. */
  | { kind: 'lost' }
  /** The way to the store itself is closed from here: it has to be begun anew, by the other way. */
  | { kind: 'blocked' }
  /** The browser cannot read the file any more: it was moved, changed or deleted. */
  | { kind: 'unreadable' }
  | {
      kind: 'refused'
      status: number
      problem: string
      detail: string
      retryAfterSeconds: number | undefined
      wasNew: boolean
    }

export type Step =
  | { kind: 'finish'; fileId: string | undefined }
  | { kind: 'stop' }
  | { kind: 'wait'; delayMs: number; reason: string }
  /** The token was refused. */
  | { kind: 'renew' }
  /** The server does not know the upload, or it stands elsewhere than thought: see what the session says of it. */
  | { kind: 'look' }
  /** Give up what was begun on the server, and begin anew. */
  | { kind: 'anew' }
  | { kind: 'fail'; reason: string; canRetry: boolean }

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 30_000
/** The lock of a connection that is gone is given up at once; a busy one soon. */
const LOCK_WAIT_MS = 400
const FULL_WAIT_MS = 30_000
/** The server disagrees about the offset only for a moment; if it keeps disagreeing, something is wrong. */
const MOST_CONFLICTS = 6

/**
 * What to do after an attempt. Lost connections and a busy server are waited for, however long; refusals are final.
 *
 * @param failures  attempts in a row that moved no byte
 * @param random    0 to 1, so that many clients do not come back in step
 */
export function nextStep(ending: Ending, { failures, random }: { failures: number; random: number }): Step {
  switch (ending.kind) {
    case 'done':
      return { kind: 'finish', fileId: ending.fileId }
    case 'stopped':
      return { kind: 'stop' }
    case 'blocked':
      return { kind: 'anew' }
    case 'unreadable':
      return {
        kind: 'fail',
        reason: 'The file was moved, changed or deleted since it was chosen. Choose it again.',
        canRetry: false,
      }
    case 'lost':
      return { kind: 'wait', delayMs: waitMs(failures, random), reason: 'The connection was lost' }
    case 'refused':
      return afterRefusal(ending, failures, random)
  }
}

function afterRefusal(refusal: Extract<Ending, { kind: 'refused' }>, failures: number, random: number): Step {
  const { status, detail } = refusal
  const askedMs = (refusal.retryAfterSeconds ?? 0) * 1000
  if (status === 401)
    return failures > 2 ? { kind: 'fail', reason: 'Sign in again to go on.', canRetry: true } : { kind: 'renew' }
  if (status === 423)
    return {
      kind: 'wait',
      delayMs: LOCK_WAIT_MS * (1 + random) * Math.min(8, failures + 1),
      reason: 'Waiting for the server',
    }
  if (status === 507) return { kind: 'wait', delayMs: Math.max(askedMs, FULL_WAIT_MS), reason: detail }
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    return { kind: 'wait', delayMs: Math.max(askedMs, waitMs(failures, random)), reason: 'The server is busy' }
  }
  // A session that is paused says so of creations too.
  const isElsewhere = !refusal.wasNew || refusal.problem === 'wrong-state'
  if (isElsewhere && (status === 404 || status === 409 || status === 410)) {
    return failures < MOST_CONFLICTS ? { kind: 'look' } : { kind: 'fail', reason: detail, canRetry: true }
  }
  return { kind: 'fail', reason: detail, canRetry: canChange(refusal.problem) }
}

/** Whether the same file may be taken at another time: when room was made, or a right was given. */
const canChange = (problem: string) =>
  !['type-not-allowed', 'type-mismatch', 'empty-file', 'too-large'].includes(problem)

function waitMs(failures: number, random: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, failures - 1)) * (0.7 + random * 0.6)
}
