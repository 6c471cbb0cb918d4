import type { ProcessingState } from './files.ts'
import type { UploadStage, UploadState } from './uploads.ts'

/** Everything that is announced: what the live feed and, later, notifications hear. Ids only: the reader asks for the rest. */
export type Event =
  | { type: 'file.added'; organizationId: string; fileId: string }
  | { type: 'file.settled'; organizationId: string; fileId: string; status: ProcessingState }
  /** Its stored bytes are not what they were, or are so again. */
  | { type: 'file.damaged'; organizationId: string; fileId: string }
  | { type: 'file.healed'; organizationId: string; fileId: string }
  /** Its original has gone to the cold tier, or has come back. */
  | { type: 'file.tier-changed'; organizationId: string; fileId: string }
  | { type: 'file.renamed'; organizationId: string; fileId: string }
  | { type: 'file.moved'; organizationId: string; fileId: string }
  /** A folder was made, renamed, moved, trashed or restored. */
  | { type: 'folder.changed'; organizationId: string; folderId: string }
  /** What somebody may see has changed: ask again. */
  | { type: 'access.changed'; organizationId: string; resourceId?: string }
  | { type: 'file.trashed'; organizationId: string; fileId: string }
  | { type: 'file.restored'; organizationId: string; fileId: string }
  | { type: 'files.trashed'; organizationId: string; batchId: string; count: number }
  | { type: 'files.restored'; organizationId: string; batchId: string; count: number }
  | {
      type: 'upload.changed'
      organizationId: string
      uploadId: string
      uploadSessionId: string
      status: UploadState
      stage: UploadStage
    }

/** Announced while it lasts and kept nowhere: whoever was not listening has missed nothing that a question would not tell. */
export type Progress = {
  type: 'upload.progressed'
  organizationId: string
  uploadId: string
  uploadSessionId: string
  bytesUploaded: number
}

/** What the server says on `/api/live`. */
export type LiveMessage =
  /** First of all: events after `cursor` will follow. */
  | { kind: 'hello'; cursor: string }
  | { kind: 'event'; cursor: string; event: Event }
  | { kind: 'progress'; progress: Progress }
  /** The cursor given is older than what is kept: ask for everything again, then go on from this one. */
  | { kind: 'resync'; cursor: string }

/** `/api/live?cursor=`; reconnecting with the last cursor seen loses nothing. */
export const LIVE_PATH = '/live'
