import type { Upload } from '@trove/contract/uploads'
import { isDone, isPending, type Transfer, type TransferState } from './model.ts'

/**
 * What the server says of an upload, as a state of the tray; undefined when bytes are still to come,
 * because then it is whoever sends them that knows more.
 */
export function stateOf({ status, stage }: Pick<Upload, 'status' | 'stage'>): TransferState | 'cancelled' | undefined {
  switch (status) {
    case 'pending':
    case 'uploading':
    case 'paused':
      return undefined
    case 'checking':
      return 'checking'
    case 'failed':
      return 'failed'
    case 'cancelled':
      return 'cancelled'
    case 'completed':
      if (stage === 'ready') return 'ready'
      return stage === 'failed' ? 'unshown' : 'processing'
  }
}

/** A row for an upload that only the server knows of. */
export function transferOf(upload: Upload, batchKey: string): Transfer {
  const state = stateOf(upload)
  return {
    key: upload.id,
    batchKey,
    name: upload.filename,
    sizeBytes: upload.totalBytes,
    lastModifiedMs: undefined,
    mediaType: '',
    folder: '',
    state: state === undefined || state === 'cancelled' ? 'elsewhere' : state,
    bytesSent: upload.bytesUploaded,
    uploadId: upload.id,
    fileId: upload.fileId,
    reason: upload.failure,
    canRetry: false,
    nextTryAtMs: undefined,
    needs: undefined,
    rateBytesPerSecond: 0,
  }
}

/** What changes in a row when the server tells how its upload stands. */
export function changesFrom(transfer: Transfer, upload: Upload): Partial<Transfer> {
  const known = { uploadId: upload.id, bytesSent: upload.bytesUploaded, fileId: upload.fileId ?? transfer.fileId }
  const state = stateOf(upload)
  if (state === undefined || state === 'cancelled') return isPending(transfer) ? known : {}
  return { ...known, ...settled(transfer, state, upload.failure) }
}

/** A later word never takes a file back from `ready`: answers and announcements may cross. */
export function settled(
  transfer: Pick<Transfer, 'state'>,
  state: TransferState,
  reason: string | undefined,
): Partial<Transfer> {
  if (isDone(transfer) && (state === 'checking' || state === 'processing') && transfer.state !== 'unshown') return {}
  if (transfer.state === 'processing' && state === 'checking') return {}
  return { state, reason, nextTryAtMs: undefined, needs: undefined, canRetry: state === 'failed' }
}

/** Uploads of a session that no row here stands for yet, by name and size. */
export function claimOf(upload: Upload, candidates: Iterable<Transfer>): Transfer | undefined {
  for (const transfer of candidates) {
    if (
      transfer.uploadId === undefined &&
      transfer.name === upload.filename &&
      transfer.sizeBytes === upload.totalBytes
    )
      return transfer
  }
  return undefined
}
