import type { FailureReason, ProcessingStep, StepName } from '@trove/contract/processing'

/** It waits for its turn, or runs. */
export const isOpen = ({ status }: Pick<ProcessingStep, 'status'>): boolean =>
  status === 'waiting' || status === 'running'

const TITLES: Record<StepName, string> = {
  scan: 'Virus scan',
  probe: 'Looking at it',
  variants: 'Pictures',
  formats: 'Pictures in other formats',
  sheet: 'Frames to hover over',
  proxy: 'Video for browsers',
  waveform: 'Waveform',
  pages: 'Pages',
  text: 'Text for search',
  hash: 'Likeness and colours',
}
export const stepTitle = (name: StepName): string => TITLES[name]

const DOING: Partial<Record<StepName, string>> = {
  scan: 'Scanning for viruses',
  variants: 'Making pictures',
  formats: 'Making other formats',
  sheet: 'Looking for frames',
  proxy: 'Transcoding',
  waveform: 'Listening',
  pages: 'Drawing pages',
  text: 'Reading the text',
  hash: 'Comparing',
}

/** `Transcoding 41 %`, `Waits for its turn`. */
export function stepWords({ name, status, progress, failure, isPaused }: ProcessingStep): string {
  if (status === 'running') {
    const doing = DOING[name] ?? TITLES[name]
    return progress > 0 ? `${doing} ${Math.floor(progress * 100)} %` : `${doing} …`
  }
  if (status === 'waiting') return isPaused === true ? 'Paused by an administrator' : 'Waits for its turn'
  if (status === 'failed') return failure ?? 'It failed.'
  return status === 'done' ? 'Done' : 'Not needed'
}

const REASONS: Record<FailureReason, string> = {
  damaged: 'Damaged',
  unsupported: 'Not supported',
  'too-large': 'Too large',
  'too-slow': 'Took too long',
  'too-much-memory': 'Needed too much memory',
  crashed: 'The decoder crashed',
  fault: 'The server failed',
}
export const reasonTitle = (reason: FailureReason): string => REASONS[reason]
