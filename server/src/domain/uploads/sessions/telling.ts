import type { Desk } from '../desk.ts'
import type { UploadRow } from '../store.ts'
import { chunkOf } from './rules.ts'

/** One piece that a client sends, and how far it has come. */
type Arrived = {
  startBytes: number
  /** Where the upload stands now. */
  endBytes: number
  /** What has come since the last time. */
  movedBytes: number
  /** As announced; undefined when it was not. */
  chunkBytes: number | undefined
}

/** Lets whoever looks at the session see an upload move. Nothing is written down for it. */
export function tellProgress(desk: Desk, upload: UploadRow, arrived: Arrived): void {
  const { startBytes, endBytes, movedBytes, chunkBytes } = arrived
  const known = desk.known(upload)
  const longest = known.chunkBytes
  if (chunkBytes !== undefined) known.chunkBytes = Math.max(longest ?? 0, chunkBytes)
  const { lengthBytes } = upload
  const chunk = chunkBytes && chunkOf({ startBytes, chunkBytes, lengthBytes }, longest)
  desk.boards.report({
    uploadId: upload.id,
    uploadSessionId: upload.sessionId,
    organizationId: upload.organizationId,
    userId: upload.linkId === null ? upload.createdBy : null,
    bytesUploaded: endBytes,
    movedBytes,
    ...(chunk && { chunk }),
  })
}
