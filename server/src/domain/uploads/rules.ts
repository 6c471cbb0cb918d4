import type { ProcessingState } from '@trove/contract/files'
import type { UploadStage, UploadState } from '@trove/contract/uploads'

/** Where an upload may go from where it stands. */
const steps: Record<UploadState, readonly UploadState[]> = {
  pending: ['uploading', 'checking', 'failed', 'cancelled'],
  uploading: ['paused', 'checking', 'failed', 'cancelled'],
  paused: ['uploading', 'checking', 'failed', 'cancelled'],
  // Back to paused when bytes turn out to be missing that were there before: they are asked for again.
  checking: ['paused', 'completed', 'failed'],
  completed: [],
  failed: [],
  cancelled: [],
}

export const mayBecome = (from: UploadState, to: UploadState): boolean => steps[from].includes(to)
export const hasEnded = (state: UploadState): boolean => steps[state].length === 0

/** States in which bytes may still come. */
export const receivingStates: readonly UploadState[] = ['pending', 'uploading', 'paused']

const stages: Record<UploadState, UploadStage> = {
  pending: 'waiting',
  uploading: 'uploading',
  paused: 'waiting',
  checking: 'checking',
  completed: 'ready',
  failed: 'failed',
  cancelled: 'failed',
}

const stagesOfFile: Record<ProcessingState, UploadStage> = {
  pending: 'processing',
  processing: 'processing',
  ready: 'ready',
  failed: 'failed',
  infected: 'failed',
}

/**
 * What people see of an upload.
 *
 * @param processing  where its file stands; undefined before there is one and after it is gone
 */
export function stageOf(state: UploadState, processing: ProcessingState | undefined): UploadStage {
  return state === 'completed' && processing !== undefined ? stagesOfFile[processing] : stages[state]
}

export type SessionCount = {
  declaredFiles: number | undefined
  begun: number
  completed: number
  failed: number
  cancelled: number
}

/** How a session ends by itself: when all the files that it was declared to hold have ended. undefined: not yet. */
export function outcomeOf(count: SessionCount): 'completed' | 'failed' | 'cancelled' | undefined {
  const ended = count.completed + count.failed + count.cancelled
  if (count.declaredFiles === undefined || ended < Math.max(count.declaredFiles, count.begun)) return undefined
  return closingState(count)
}

/** What a session is called when no more is expected of it. */
export function closingState({
  completed,
  failed,
  cancelled,
}: Omit<SessionCount, 'declaredFiles' | 'begun'>): 'completed' | 'failed' | 'cancelled' {
  if (completed > 0) return 'completed'
  return failed > 0 || cancelled === 0 ? 'failed' : 'cancelled'
}
