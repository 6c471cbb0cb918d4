import { Type, type Static } from 'typebox'
import { Bytes, Id, Nothing, OneOf, Page, PageQuery, Sha256, SizeBytes, Timestamp } from './common.ts'
import { endpoint } from './endpoint.ts'

/** The longest body of one PATCH. Proxies in front of an installation refuse more than 100 MB. */
export const MAX_CHUNK_BYTES = 95_000_000

export const uploadStates = ['pending', 'uploading', 'paused', 'checking', 'completed', 'failed', 'cancelled'] as const
export const UploadState = OneOf(uploadStates)
export type UploadState = (typeof uploadStates)[number]

/** What people see: derived from the upload's state and, once it is completed, from its file's. */
export const uploadStages = ['waiting', 'uploading', 'checking', 'processing', 'ready', 'failed'] as const
export const UploadStage = OneOf(uploadStages)
export type UploadStage = (typeof uploadStages)[number]

export const uploadSessionStates = ['active', 'paused', 'completed', 'failed', 'cancelled'] as const
export const UploadSessionState = OneOf(uploadSessionStates)
export type UploadSessionState = (typeof uploadSessionStates)[number]

export const Upload = Type.Object({
  id: Id,
  filename: Type.String(),
  status: UploadState,
  stage: UploadStage,
  bytesUploaded: SizeBytes,
  totalBytes: SizeBytes,
  sha256: Type.Optional(Sha256),
  folderId: Type.Optional(Type.String({ format: 'uuid', description: 'The folder that it was sent to.' })),
  fileId: Type.Optional(Id),
  failure: Type.Optional(Type.String()),
  expiresAt: Timestamp,
})
export type Upload = Static<typeof Upload>

export const UploadSession = Type.Object({
  id: Id,
  organizationId: Id,
  status: UploadSessionState,
  fileCount: Type.Integer({ minimum: 0, description: 'As declared, or the uploads begun if more.' }),
  bytesUploaded: SizeBytes,
  totalBytes: SizeBytes,
  createdAt: Timestamp,
  uploads: Type.Array(Upload),
})
export type UploadSession = Static<typeof UploadSession>

const sessionParams = Type.Object({ uploadSessionId: Id })
const organizationParams = Type.Object({ organizationId: Id })
const uploadParams = Type.Object({ uploadId: Id })

export const createUploadSession = endpoint({
  id: 'createUploadSession',
  summary: 'Begin a batch of uploads',
  room: 'uploads',
  method: 'POST',
  path: '/organizations/:organizationId/upload-sessions',
  requires: { kind: 'member', role: 'guest', scope: 'upload' },
  params: organizationParams,
  body: Type.Object({
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
  summary: 'A batch of uploads and each upload in it',
  room: 'uploads',
  method: 'GET',
  path: '/upload-sessions/:uploadSessionId',
  requires: { kind: 'uploader' },
  params: sessionParams,
  response: UploadSession,
})

export const listUploadSessions = endpoint({
  id: 'listUploadSessions',
  summary: "The caller's own batches, newest first",
  room: 'uploads',
  method: 'GET',
  path: '/organizations/:organizationId/upload-sessions',
  requires: { kind: 'member', role: 'guest', scope: 'upload' },
  params: organizationParams,
  query: Type.Object({ ...PageQuery, status: Type.Optional(UploadSessionState) }),
  response: Page(UploadSession),
})

export const cancelUploadSession = endpoint({
  id: 'cancelUploadSession',
  summary: 'Cancel every upload of a batch that has not ended',
  room: 'uploads',
  method: 'POST',
  path: '/upload-sessions/:uploadSessionId/cancel',
  requires: { kind: 'uploader' },
  params: sessionParams,
  response: UploadSession,
})

export const describeUploads = endpoint({
  id: 'describeUploads',
  summary: 'What the tus server here can do (tus 1.0.0)',
  room: 'uploads',
  method: 'OPTIONS',
  path: '/uploads',
  requires: { kind: 'anyone', why: 'tus clients ask before they have anything to send.' },
  response: Nothing,
  status: 204,
})

export const createUpload = endpoint({
  id: 'createUpload',
  summary:
    'Begin an upload (tus creation, creation-with-upload). Metadata: filename, organizationId; filetype, uploadSessionId optional',
  room: 'uploads',
  method: 'POST',
  path: '/uploads',
  requires: { kind: 'user', scope: 'upload', orLink: true },
  response: Bytes,
  status: 201,
})

export const getUploadOffset = endpoint({
  id: 'getUploadOffset',
  summary: 'How many bytes have been kept (tus core)',
  room: 'uploads',
  method: 'HEAD',
  path: '/uploads/:uploadId',
  requires: { kind: 'uploader' },
  params: uploadParams,
  response: Nothing,
})

export const appendUpload = endpoint({
  id: 'appendUpload',
  summary: 'Send bytes (tus core, checksum). The answer to the last byte carries `Trove-File-Id`',
  room: 'uploads',
  method: 'PATCH',
  path: '/uploads/:uploadId',
  requires: { kind: 'uploader' },
  params: uploadParams,
  response: Nothing,
  status: 204,
})

export const cancelUpload = endpoint({
  id: 'cancelUpload',
  summary: 'End an upload and drop what arrived (tus termination)',
  room: 'uploads',
  method: 'DELETE',
  path: '/uploads/:uploadId',
  requires: { kind: 'uploader' },
  params: uploadParams,
  response: Nothing,
  status: 204,
})
