import type { SessionProgress } from '@trove/contract/events'
import type { ProcessingState } from '@trove/contract/files'
import type { UploadSession } from '@trove/contract/upload-sessions'
import type { Upload } from '@trove/contract/uploads'
import { stageOf } from '../rules.ts'
import { advance, amountOf, milestonesOf } from './rules.ts'
import type * as store from './store.ts'

/**
 * A session as people see it.
 *
 * @param told  what was last told of it while it moves; what the rows know may lie some seconds behind
 */
export function present(row: store.SessionRow, told: SessionProgress | undefined): UploadSession {
  const { bytesUploaded, totalBytes } = advance(told, sumsOf(row))
  const isPaused = row.status === 'paused' && row.pausedBy !== null && row.pausedAt !== null
  return {
    id: row.id,
    organizationId: row.organizationId,
    ...(row.name !== null && { name: row.name }),
    status: row.status,
    createdBy: { id: row.createdBy, name: row.makerName },
    ...(row.linkId !== null && { link: { id: row.linkId, label: row.linkLabel ?? '' } }),
    ...(isPaused && {
      pausedBy: { id: row.pausedBy ?? '', name: row.pauserName ?? '' },
      pausedAt: row.pausedAt?.toISOString() ?? '',
    }),
    fileCount: fileCountOf(row),
    completedCount: row.completed,
    failedCount: row.failed,
    cancelledCount: row.cancelled,
    bytesUploaded,
    totalBytes,
    isTotalKnown: isTotalKnown(row),
    ...(told !== undefined && row.status === 'active' && { pace: told.pace }),
    createdAt: row.createdAt.toISOString(),
  }
}

/** As declared, or the uploads begun if more. */
export const fileCountOf = ({ declaredFiles, begun }: Pick<store.SessionRow, 'declaredFiles' | 'begun'>): number =>
  Math.max(declaredFiles ?? 0, begun)

/** Whether all bytes are told of: they were declared, or every file has been begun. */
export const isTotalKnown = ({ declaredFiles, declaredBytes, begun }: Declared): boolean =>
  declaredBytes !== null || begun >= (declaredFiles ?? 0)

type Declared = Pick<store.SessionRow, 'declaredFiles' | 'declaredBytes' | 'begun'>

export const sumsOf = (row: store.SessionRow, openBytes = row.openBytes) =>
  amountOf({ ...row, declaredBytes: row.declaredBytes ?? 0, openBytes })

export function presentUpload(row: store.ListedUpload): Upload {
  const status = row.status as Upload['status']
  const processing = (row.processing ?? undefined) as ProcessingState | undefined
  const failure = row.failure ?? unshownBy(row) ?? heldBy(row)
  return {
    id: row.id,
    filename: row.filename,
    status,
    stage: heldBy(row) === undefined ? stageOf(status, processing) : 'failed',
    milestones: milestonesOf({ ...row, status, processing }),
    bytesUploaded: row.offsetBytes,
    totalBytes: row.lengthBytes,
    ...(row.sha256 && { sha256: row.sha256.toString('hex') }),
    ...(row.folderId && { folderId: row.folderId }),
    ...(row.fileId && { fileId: row.fileId }),
    ...(failure !== undefined && { failure }),
    expiresAt: row.expiresAt.toISOString(),
  }
}

/** Why a file is stored and nobody can look at it; undefined when it can be, or is still being looked into. */
function unshownBy({ processing, fileFailure }: store.ListedUpload): string | undefined {
  if (processing === 'infected') return fileFailure ?? undefined
  if (processing !== 'failed') return undefined
  return `Uploaded, without a preview. ${fileFailure ?? ''}`.trim()
}

/** Why a file is stored and kept from everybody but its uploader; undefined when it is not. */
function heldBy({ scan, scanReason, processing }: store.ListedUpload): string | undefined {
  if (scan !== 'skipped' || processing !== 'pending') return undefined
  if (scanReason === 'too-large') return 'Held: it is too large to be checked for viruses. Only you can open it.'
  if (scanReason === 'encrypted')
    return 'Held: it is encrypted, so it cannot be checked for viruses. Only you can open it.'
  return 'Held: the virus scanner cannot be reached. Only you can open it until it has been checked.'
}
