import type { ProcessingState } from '@trove/contract/files'
import { MAX_SESSION_NAME_CHARACTERS, type UploadSessionState } from '@trove/contract/upload-sessions'
import type { UploadMilestone, UploadState } from '@trove/contract/uploads'

/** Where an upload session may go. Paused is what somebody has paused; one that nobody sends for the moment is active. */
const steps: Record<UploadSessionState, readonly UploadSessionState[]> = {
  active: ['paused', 'completed', 'failed', 'cancelled'],
  paused: ['active', 'completed', 'failed', 'cancelled'],
  completed: [],
  failed: [],
  cancelled: [],
}

export const sessionMayBecome = (from: UploadSessionState, to: UploadSessionState): boolean => steps[from].includes(to)
export const sessionHasEnded = (state: UploadSessionState): boolean => steps[state].length === 0

/** What is known of an upload, as far as milestones follow from it. */
export type Passed = {
  status: UploadState
  offsetBytes: number
  lengthBytes: number
  processing: ProcessingState | undefined
  /** What the virus scanner said of the bytes. */
  scan?: string | null
}

/** How each milestone is told from what is known; in their order. One that is not named here is not told yet. */
const milestones: readonly (readonly [UploadMilestone, (passed: Passed) => boolean])[] = [
  ['received', ({ status, offsetBytes, lengthBytes }) => status === 'completed' || offsetBytes === lengthBytes],
  ['verified', ({ status }) => status === 'completed'],
  ['scanned', ({ scan }) => scan === 'clean' || scan === 'infected'],
  ['processed', ({ processing }) => processing === 'ready' || processing === 'failed'],
  ['ready', ({ processing }) => processing === 'ready'],
]

/** What is certain about the bytes of an upload. */
export const milestonesOf = (passed: Passed): UploadMilestone[] =>
  milestones.filter(([, isPassed]) => isPassed(passed)).map(([name]) => name)

/** Sums over the uploads of a session. */
export type Sums = {
  declaredBytes: number
  begunBytes: number
  completedBytes: number
  failedBytes: number
  cancelledBytes: number
  /** What has come of those that have not ended. */
  openBytes: number
}

/** How many bytes of a session have come, of how many: what has come to nothing counts in neither. */
export function amountOf(sums: Sums): Amount {
  const { declaredBytes, begunBytes, completedBytes, failedBytes, cancelledBytes, openBytes } = sums
  const bytesUploaded = completedBytes + openBytes
  // A file that failed is likely to be sent again: as long as it was declared its place is kept.
  const totalBytes = Math.max(declaredBytes - cancelledBytes, begunBytes - failedBytes - cancelledBytes, 0)
  return { bytesUploaded: Math.min(bytesUploaded, totalBytes), totalBytes }
}

export type Amount = { bytesUploaded: number; totalBytes: number }

/**
 * What to tell after something else has been told: never more than everything, and never a smaller share of it, also
 * when an upload begins anew or bytes turn out to be missing. The figure then stands until it is true again. Only when
 * files are added does the share fall.
 */
export function advance(told: Amount | undefined, now: Amount): Amount {
  const { totalBytes } = now
  return { bytesUploaded: Math.min(totalBytes, Math.max(now.bytesUploaded, told?.bytesUploaded ?? 0)), totalBytes }
}

/** What a session is called that was made for one file. */
export const sessionNameOf = (filename: string): string =>
  [...filename].slice(0, MAX_SESSION_NAME_CHARACTERS).join('').trim() || filename.slice(0, 1)

/**
 * Which piece of an upload is being sent, of how many. Clients send pieces of one length, but for the last.
 *
 * @param longest  bytes of the longest piece sent before; undefined when this is the first that is known of
 * @returns undefined while the length of a piece cannot be known
 */
export function chunkOf(
  { startBytes, chunkBytes, lengthBytes }: { startBytes: number; chunkBytes: number; lengthBytes: number },
  longest: number | undefined,
): { number: number; count: number } | undefined {
  const isLast = startBytes + chunkBytes >= lengthBytes
  if (isLast && startBytes > 0 && longest === undefined) return undefined
  const usual = Math.max(chunkBytes, longest ?? 0)
  if (usual <= 0) return undefined
  const count = Math.ceil(lengthBytes / usual)
  return { number: isLast ? count : Math.min(count, Math.floor(startBytes / usual) + 1), count }
}
