import type { UploadProgress } from '@trove/contract/events'
import type { UploadSession } from '@trove/contract/upload-sessions'
import type { Upload, UploadMilestone } from '@trove/contract/uploads'
import { formatBytes, formatCount, formatRate, formatRemaining, formatShare } from '../../lib/format.ts'
import { isOver } from './shown.ts'

/** What it is called; a batch that nobody has named is told by its size. */
export const nameOf = ({ name, fileCount }: Pick<UploadSession, 'name' | 'fileCount'>): string =>
  name ?? (fileCount === 0 ? 'Uploads' : formatCount(fileCount, 'file'))

/** Who sends it: `Ada`, or `By link Press kit`. */
export const senderOf = ({ link, createdBy }: UploadSession): string =>
  link === undefined ? createdBy.name : `By link${link.label === '' ? ` of ${createdBy.name}` : ` ${link.label}`}`

export type Standing = {
  words: string
  tone: 'plain' | 'accent' | 'danger' | 'warning' | 'success'
  bar: 'accent' | 'warning' | 'danger' | 'success' | 'idle'
}

/** How it stands, in a word or two. @param meId  of whoever reads it */
export function standingOf(session: UploadSession, meId: string | undefined): Standing {
  const { status, pausedBy, pace, failedCount } = session
  switch (status) {
    case 'active':
      return pace === undefined || pace.isWaiting
        ? { words: 'Waiting', tone: 'warning', bar: 'warning' }
        : { words: 'Uploading', tone: 'accent', bar: 'accent' }
    case 'paused': {
      const by = pausedBy === undefined ? '' : pausedBy.id === meId ? ' by you' : ` by ${pausedBy.name}`
      return { words: `Paused${by}`, tone: 'plain', bar: 'idle' }
    }
    case 'completed':
      return failedCount > 0
        ? { words: 'Uploaded in part', tone: 'warning', bar: 'warning' }
        : { words: 'Uploaded', tone: 'success', bar: 'success' }
    case 'failed':
      return { words: 'Not uploaded', tone: 'danger', bar: 'danger' }
    case 'cancelled':
      return { words: 'Cancelled', tone: 'plain', bar: 'idle' }
  }
}

/** `3 of 12 files, 1 failed` */
export function filesOf({ completedCount, fileCount, failedCount, cancelledCount }: UploadSession): string {
  const rest = [
    ...(failedCount > 0 ? [`${failedCount} failed`] : []),
    ...(cancelledCount > 0 ? [`${cancelledCount} cancelled`] : []),
  ]
  const whole = completedCount === fileCount
  return [
    whole ? formatCount(fileCount, 'file') : `${completedCount} of ${formatCount(fileCount, 'file')}`,
    ...rest,
  ].join(', ')
}

/** `41 %`, `340 MB of 812 MB`, `12 MB/s`, `2 min`: what can be told truly now. */
export function figuresOf(session: UploadSession): string[] {
  const { bytesUploaded, totalBytes, isTotalKnown, pace, status } = session
  if (isOver(session)) return totalBytes > 0 ? [formatBytes(bytesUploaded)] : []
  // All bytes may be there before all files are.
  const share = formatShare(Math.min(bytesUploaded, totalBytes - 1), totalBytes)
  const told = isTotalKnown
    ? [share, `${formatBytes(bytesUploaded)} of ${formatBytes(totalBytes)}`]
    : [`${formatBytes(bytesUploaded)} so far`]
  if (status !== 'active' || pace === undefined || pace.isWaiting) return told
  if (pace.bytesPerSecond > 0) told.push(formatRate(pace.bytesPerSecond))
  if (pace.secondsLeft !== undefined && pace.secondsLeft > 0) told.push(`${formatRemaining(pace.secondsLeft)} left`)
  return told
}

export const shareOf = (session: UploadSession): number => {
  if (session.status === 'completed') return 1
  const { completedCount, failedCount, cancelledCount, fileCount } = session
  // Without the sum of all bytes the files that have ended are all that can be shown truly.
  const share = session.isTotalKnown
    ? part(session.bytesUploaded, session.totalBytes)
    : part(completedCount + failedCount + cancelledCount, fileCount)
  return isOver(session) ? share : Math.min(share, 0.99)
}

const part = (some: number, all: number): number => (all === 0 ? 0 : some / all)

/** What each milestone is called, and what happens after it. A milestone without words is passed over. */
const milestoneWords: Partial<Record<UploadMilestone, { done: string; next: string }>> = {
  received: { done: 'Received', next: 'being verified' },
  verified: { done: 'Verified', next: 'being processed' },
  scanned: { done: 'Scanned', next: 'being processed' },
  processed: { done: 'Processed', next: 'no preview' },
  ready: { done: 'Ready', next: '' },
}

/** The line below a file's name. */
export function uploadLine(upload: Upload, heard: UploadProgress | undefined, isPaused: boolean): string {
  const { status, milestones, totalBytes, failure } = upload
  // Also of one that has come whole: a virus was found in it, or it could not be checked.
  if (status === 'failed' || failure !== undefined) return failure ?? 'Not uploaded'
  if (status === 'cancelled') return 'Cancelled'
  const last = milestones.findLast((milestone) => milestoneWords[milestone] !== undefined)
  if (last !== undefined) {
    const words = milestoneWords[last]
    const next = words?.next === '' ? '' : `, ${words?.next}`
    return `${words?.done}${next} · ${formatBytes(totalBytes)}`
  }
  const bytes = bytesOf(upload, heard)
  const sent = `${formatBytes(bytes)} of ${formatBytes(totalBytes)}`
  if (status === 'pending' && bytes === 0) return `Waiting · ${formatBytes(totalBytes)}`
  const chunk = heard?.chunk
  const part = chunk === undefined || chunk.count < 2 || isPaused ? [] : [`part ${chunk.number} of ${chunk.count}`]
  return [sent, ...part, ...(status === 'paused' && !isPaused ? ['waiting'] : [])].join(' · ')
}

/** The further of what was asked for and what was heard. */
export const bytesOf = (upload: Upload, heard: UploadProgress | undefined): number =>
  Math.min(upload.totalBytes, Math.max(upload.bytesUploaded, heard?.bytesUploaded ?? 0))
