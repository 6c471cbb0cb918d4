import type { SessionProgress, UploadProgress } from '@trove/contract/events'
import type { UploadSession } from '@trove/contract/upload-sessions'

/**
 * What is known after a message. An older one says nothing new, except that it tells everything: after a connection was
 * lost another process may answer. Uploads are remembered from one to the next, and none is drawn back.
 */
export function newer(before: SessionProgress | undefined, now: SessionProgress): SessionProgress {
  if (before === undefined) return now
  if (!now.isWhole && now.sequence <= before.sequence) return before
  const uploads = new Map(before.uploads.map((upload) => [upload.uploadId, upload]))
  for (const upload of now.uploads) uploads.set(upload.uploadId, furthest(uploads.get(upload.uploadId), upload))
  return { ...now, bytesUploaded: steady(before, now), uploads: [...uploads.values()].slice(-MOST_UPLOADS) }
}

const MOST_UPLOADS = 200

const furthest = (before: UploadProgress | undefined, now: UploadProgress): UploadProgress =>
  before === undefined || before.bytesUploaded <= now.bytesUploaded
    ? now
    : { ...now, bytesUploaded: before.bytesUploaded }

type Amount = { bytesUploaded: number; totalBytes: number }

const steady = (before: Amount, now: Amount): number =>
  Math.min(now.totalBytes, Math.max(now.bytesUploaded, before.bytesUploaded))

/** A session as it is drawn: what was asked for, and what has been heard since. */
export function shown(session: UploadSession, heard: SessionProgress | undefined): UploadSession {
  if (heard === undefined || isOver(session)) return session
  const { status, name, fileCount, completedCount, failedCount, cancelledCount, totalBytes, isTotalKnown, pace } = heard
  const { pausedBy, pausedAt, ...rest } = session
  const isPaused = status === 'paused'
  return {
    ...rest,
    ...(name !== undefined && { name }),
    ...(isPaused && pausedBy !== undefined && { pausedBy }),
    ...(isPaused && pausedAt !== undefined && { pausedAt }),
    status,
    fileCount,
    completedCount,
    failedCount,
    cancelledCount,
    bytesUploaded: steady(session, heard),
    totalBytes,
    isTotalKnown,
    pace,
  }
}

export const isOver = ({ status }: Pick<UploadSession, 'status'>): boolean => status !== 'active' && status !== 'paused'
