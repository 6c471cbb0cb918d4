import type { ProcessingState } from './files.ts'
import type { StepName, StepState } from './processing.ts'
import type { Pace, UploadSessionState } from './upload-sessions.ts'
import type { UploadStage, UploadState } from './uploads.ts'

/** Everything that is announced: what the live feed and, later, notifications hear. Ids only: the reader asks for the rest. */
export type Event =
  | { type: 'file.added'; organizationId: string; fileId: string }
  | { type: 'file.settled'; organizationId: string; fileId: string; status: ProcessingState }
  /** A step of the processing of its current version has ended. */
  | { type: 'file.step-ended'; organizationId: string; fileId: string; step: StepName; status: StepState }
  /** Its stored bytes are not what they were, or are so again. */
  | { type: 'file.damaged'; organizationId: string; fileId: string }
  | { type: 'file.healed'; organizationId: string; fileId: string }
  /** Its original has gone to the cold tier, or has come back. */
  | { type: 'file.tier-changed'; organizationId: string; fileId: string }
  | { type: 'file.renamed'; organizationId: string; fileId: string }
  /** Its tags, its description or when it happened. */
  | { type: 'file.changed'; organizationId: string; fileId: string }
  /** The same of more files than are told one by one, or where they are. */
  | { type: 'files.changed'; organizationId: string; count: number }
  /** A tag was made, renamed, merged or deleted. */
  | { type: 'tags.changed'; organizationId: string }
  | { type: 'file.moved'; organizationId: string; fileId: string }
  /** A folder was made, renamed, moved, trashed or restored. */
  | { type: 'folder.changed'; organizationId: string; folderId: string }
  /** What somebody may see has changed: ask again. */
  | { type: 'access.changed'; organizationId: string; resourceId?: string }
  | { type: 'file.trashed'; organizationId: string; fileId: string }
  | { type: 'file.restored'; organizationId: string; fileId: string }
  /** Something shows a file no more, because that was deleted for good. */
  | { type: 'file.detached'; organizationId: string; resourceId: string }
  /** A photo, series or clip came, or came back from the trash; was changed, with its pictures; went into the trash. */
  | { type: 'timeline-event.added'; organizationId: string; eventId: string }
  | { type: 'timeline-event.changed'; organizationId: string; eventId: string }
  | { type: 'timeline-event.removed'; organizationId: string; eventId: string }
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
  /** It was paused, resumed, cancelled or renamed by somebody. */
  | {
      type: 'upload-session.changed'
      organizationId: string
      uploadSessionId: string
      status: UploadSessionState
      byUserId?: string
    }

/**
 * How far an upload session is, with the uploads of it that have moved. Announced while it lasts and kept nowhere:
 * whoever was not listening has missed nothing that the next one, or a question, would not tell.
 *
 * For one session at most four a second come over a connection. `bytesUploaded` never falls, nor is it ever more than
 * `totalBytes`; bytes that are sent twice are counted once.
 */
export type SessionProgress = {
  type: 'upload-session.progressed'
  organizationId: string
  uploadSessionId: string
  /** Rises from one to the next: what is older than the last seen says nothing new. */
  sequence: number
  /** All that is under way is told, not only what has moved: the answer to `follow`, and after a connection was lost. */
  isWhole: boolean
  status: UploadSessionState
  name?: string
  pausedById?: string
  fileCount: number
  completedCount: number
  failedCount: number
  cancelledCount: number
  bytesUploaded: number
  totalBytes: number
  isTotalKnown: boolean
  pace: Pace
  uploads: UploadProgress[]
}
export type UploadProgress = {
  uploadId: string
  bytesUploaded: number
  /** The piece of it that is being sent, of so many; absent while that cannot be known. */
  chunk?: { number: number; count: number }
}
export type Progress = SessionProgress

/**
 * What can be followed on `/api/live` besides one's own: a session by its id, or all those of an organization at a
 * message a second each. Whoever may not see it is answered `unknown`, whether it is there or not.
 */
export const topicKinds = ['upload-session', 'upload-sessions'] as const
export type TopicKind = (typeof topicKinds)[number]
export type Topic = `${TopicKind}:${string}`

/** What a client may say on `/api/live`. A few a second, at most twenty topics at a time. */
export type LiveRequest = { kind: 'follow'; topic: Topic; sequence?: number } | { kind: 'unfollow'; topic: Topic }

/** What the server says on `/api/live`. */
export type LiveMessage =
  /** First of all: events after `cursor` will follow. */
  | { kind: 'hello'; cursor: string }
  | { kind: 'event'; cursor: string; event: Event }
  | { kind: 'progress'; progress: Progress }
  /** There is no such topic, or not for you (any more). */
  | { kind: 'unknown'; topic: string }
  /** The cursor given is older than what is kept: ask for everything again, then go on from this one. */
  | { kind: 'resync'; cursor: string }

/** `/api/live?cursor=`; reconnecting with the last cursor seen loses nothing. */
export const LIVE_PATH = '/live'
