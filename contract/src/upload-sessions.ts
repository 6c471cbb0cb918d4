import { Type, type Static } from 'typebox'
import { Id, OneOf, Page, PageQuery, Person, SizeBytes, Timestamp } from './common.ts'
import { endpoint } from './endpoint.ts'
import { Upload } from './uploads.ts'

export const uploadSessionStates = ['active', 'paused', 'completed', 'failed', 'cancelled'] as const
export const UploadSessionState = OneOf(uploadSessionStates)
export type UploadSessionState = (typeof uploadSessionStates)[number]

export const MAX_SESSION_NAME_CHARACTERS = 200
const SessionName = Type.String({
  minLength: 1,
  maxLength: MAX_SESSION_NAME_CHARACTERS,
  pattern: '^[^\\p{Cc}]+$',
  description: 'What people call the batch: `12 photos from Downloads`.',
})

/** How fast the bytes of a session come, measured by the server over the last seconds, once for everybody who looks. */
export const Pace = Type.Object({
  bytesPerSecond: Type.Integer({ minimum: 0, description: 'A moving average; 0 while it is too early to say.' }),
  secondsLeft: Type.Optional(Type.Integer({ minimum: 0, description: 'Absent while nobody can know.' })),
  isWaiting: Type.Boolean({ description: 'Nothing has come for some seconds.' }),
})
export type Pace = Static<typeof Pace>

export const UploadSession = Type.Object({
  id: Id,
  organizationId: Id,
  name: Type.Optional(SessionName),
  status: UploadSessionState,
  createdBy: Person,
  link: Type.Optional(
    Type.Object(
      { id: Id, label: Type.String() },
      { description: 'By which link strangers send it; `createdBy` is who made that.' },
    ),
  ),
  pausedBy: Type.Optional(Person),
  pausedAt: Type.Optional(Timestamp),
  fileCount: Type.Integer({ minimum: 0, description: 'As declared, or the uploads begun if more.' }),
  completedCount: Type.Integer({ minimum: 0 }),
  failedCount: Type.Integer({ minimum: 0 }),
  cancelledCount: Type.Integer({ minimum: 0 }),
  bytesUploaded: SizeBytes,
  totalBytes: SizeBytes,
  isTotalKnown: Type.Boolean({
    description: '`totalBytes` is that of all files; else of those begun, while others are still to come.',
  }),
  pace: Type.Optional(Pace),
  createdAt: Timestamp,
})
export type UploadSession = Static<typeof UploadSession>

const sessionParams = Type.Object({ uploadSessionId: Id })
const organizationParams = Type.Object({ organizationId: Id })
const overseen = { kind: 'uploader', orSupervisor: true } as const

export const createUploadSession = endpoint({
  id: 'createUploadSession',
  summary: 'Begin a batch of uploads',
  room: 'uploads',
  method: 'POST',
  path: '/organizations/:organizationId/upload-sessions',
  requires: { kind: 'member', role: 'guest', scope: 'upload' },
  params: organizationParams,
  body: Type.Object({
    name: Type.Optional(SessionName),
    fileCount: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 100_000, description: 'The session completes when so many have ended.' }),
    ),
    totalBytes: Type.Optional(SizeBytes),
  }),
  response: UploadSession,
  status: 201,
})

export const getUploadSession = endpoint({
  id: 'getUploadSession',
  summary: 'A batch of uploads, and how far it is',
  room: 'uploads',
  method: 'GET',
  path: '/upload-sessions/:uploadSessionId',
  requires: overseen,
  params: sessionParams,
  response: UploadSession,
})

export const listSessionUploads = endpoint({
  id: 'listSessionUploads',
  summary: 'The uploads of a batch in the order they were begun; those that ended are kept for a day',
  room: 'uploads',
  method: 'GET',
  path: '/upload-sessions/:uploadSessionId/uploads',
  requires: overseen,
  params: sessionParams,
  query: Type.Object({
    ...PageQuery,
    /** Those that have not ended, or those that failed. */
    only: Type.Optional(OneOf(['open', 'failed'])),
  }),
  response: Page(Upload),
})

export const listUploadSessions = endpoint({
  id: 'listUploadSessions',
  summary: "The caller's own batches, newest first; for owners and admins those of everybody",
  room: 'uploads',
  method: 'GET',
  path: '/organizations/:organizationId/upload-sessions',
  requires: { kind: 'member', role: 'guest', scope: 'upload' },
  params: organizationParams,
  query: Type.Object({
    ...PageQuery,
    status: Type.Optional(UploadSessionState),
    /** Those that go on, paused or not; or those that are over. */
    only: Type.Optional(OneOf(['open', 'ended'])),
    /** `mine` unless said. `all` is for owners and admins. */
    whose: Type.Optional(OneOf(['mine', 'all'])),
  }),
  response: Page(UploadSession),
})

export const renameUploadSession = endpoint({
  id: 'renameUploadSession',
  summary: 'Call a batch of uploads something else',
  room: 'uploads',
  method: 'PATCH',
  path: '/upload-sessions/:uploadSessionId',
  requires: overseen,
  params: sessionParams,
  body: Type.Object({ name: SessionName }),
  response: UploadSession,
})

export const pauseUploadSession = endpoint({
  id: 'pauseUploadSession',
  summary: 'Take no more bytes of a batch until it is resumed; what is being sent is interrupted',
  room: 'uploads',
  method: 'POST',
  path: '/upload-sessions/:uploadSessionId/pause',
  requires: overseen,
  params: sessionParams,
  response: UploadSession,
})

export const resumeUploadSession = endpoint({
  id: 'resumeUploadSession',
  summary: 'Take bytes of a paused batch again',
  room: 'uploads',
  method: 'POST',
  path: '/upload-sessions/:uploadSessionId/resume',
  requires: overseen,
  params: sessionParams,
  response: UploadSession,
})

export const cancelUploadSession = endpoint({
  id: 'cancelUploadSession',
  summary: 'Cancel every upload of a batch that has not ended',
  room: 'uploads',
  method: 'POST',
  path: '/upload-sessions/:uploadSessionId/cancel',
  requires: overseen,
  params: sessionParams,
  response: UploadSession,
})
