import { Problem } from '../problem.ts'

/** What goes away by itself: the store is overloaded, restarting, or the way to it was cut. */
const PASSING_CODES = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])
const PASSING_NAMES = new Set([
  'TimeoutError',
  'AbortError',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'RequestTimeout',
  'RequestTimeTooSkewed',
  'ServiceUnavailable',
  'InternalError',
  'ConditionalRequestConflict',
  'OperationAborted',
])
const FULL_NAMES = new Set(['QuotaExceeded', 'InsufficientStorage', 'XMinioStorageFull', 'NoSpaceLeft'])

type S3Fault = Error & { code?: string; $metadata?: { httpStatusCode?: number } }

export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '')

export const statusOf = (error: unknown): number | undefined =>
  (error as S3Fault | undefined)?.$metadata?.httpStatusCode

/** The code of the system, which may lie one cause down. */
function codeOf(error: unknown): string | undefined {
  const fault = error as S3Fault | undefined
  return fault?.code ?? (fault?.cause as S3Fault | undefined)?.code
}

const isFull = (error: unknown): boolean => FULL_NAMES.has(nameOf(error)) || statusOf(error) === 507

/** Whether the same request may succeed in a moment. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error) || isFull(error)) return false
  const status = statusOf(error)
  if (status !== undefined && (status >= 500 || status === 429 || status === 408)) return true
  if (PASSING_NAMES.has(error.name) || PASSING_CODES.has(codeOf(error) ?? '')) return true
  // A connection that broke off in the middle of an answer.
  return status === undefined && /socket hang up|aborted|premature close/i.test(error.message)
}

/** Whether the request may have been carried out all the same: nobody heard a no. */
export const isAmbiguous = (error: unknown): boolean => isPassing(error) && codeOf(error) !== 'ECONNREFUSED'

export const isMissing = (error: unknown): boolean =>
  statusOf(error) === 404 || nameOf(error) === 'NoSuchKey' || nameOf(error) === 'NotFound'

export const isUploadGone = (error: unknown): boolean => nameOf(error) === 'NoSuchUpload'

/** The key is taken, by If-None-Match. */
export const isTaken = (error: unknown): boolean =>
  statusOf(error) === 412 || nameOf(error) === 'PreconditionFailed' || nameOf(error) === 'FileAlreadyExists'

/**
 * What the rooms are told: the one place where a fault of S3 becomes a word that people know. A store that does not
 * answer is `unavailable`, one without room `storage-full`; anything else stays the fault it is.
 */
export function toldOf(error: unknown): unknown {
  if (isFull(error)) {
    const words =
      'There is no room left in the object store. What has been received so far is kept; go on when there is room again.'
    return Object.assign(new Problem('storage-full', words), { cause: error })
  }
  if (!isPassing(error)) return error
  const words = 'The object store does not answer at the moment. Nothing is lost; try again in a few seconds.'
  return Object.assign(new Problem('unavailable', words, { retryAfterSeconds: 5 }), { cause: error })
}
