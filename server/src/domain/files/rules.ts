import { variantNames, type ProcessingState } from '@trove/contract/files'

const MAX_CODE_POINTS = 255
const CONTROL_OR_SEPARATOR = /[\p{Cc}/\\]/u

/**
 * Whether a name can be a file's: 1 to 255 characters (code points), none of them a control character or a path
 * separator, and not one of the two names that every file system keeps for itself. It is kept exactly as given.
 */
export function isFileName(name: string): boolean {
  if (!name.isWellFormed() || CONTROL_OR_SEPARATOR.test(name)) return false
  if (name.trim() === '' || name === '.' || name === '..') return false
  return name.length <= MAX_CODE_POINTS * 2 && [...name].length <= MAX_CODE_POINTS
}

/** What is wrong with a name that `isFileName` refuses, and what would be right. */
export const FILE_NAME_RULE = `A name has 1 to ${MAX_CODE_POINTS} characters, without "/", "\\" and control characters, and is not "." or "..".`

/**
 * Where a version may go from where it stands. `processing` again: an attempt that was killed is begun anew. Back to
 * `pending`: what is held until it can be scanned. To `infected` from everywhere: newer signatures know more.
 */
const steps: Record<ProcessingState, readonly ProcessingState[]> = {
  pending: ['processing', 'ready', 'failed', 'infected'],
  processing: ['processing', 'pending', 'ready', 'failed', 'infected'],
  ready: ['infected'],
  failed: ['pending', 'infected'],
  infected: ['pending'],
}

export const mayBecome = (from: ProcessingState, to: ProcessingState): boolean => steps[from].includes(to)

export const isSettled = (status: ProcessingState): boolean =>
  status === 'ready' || status === 'failed' || status === 'infected'

/** Order in which variants are told: smallest first. */
export const byVariantOrder = (a: { name: string }, b: { name: string }): number =>
  variantNames.indexOf(a.name as never) - variantNames.indexOf(b.name as never)
