import { Type, type Static } from 'typebox'
import { Bytes, Id, Nothing, OneOf, Sha256, SizeBytes, Timestamp } from './common.ts'
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

/**
 * What is certain about the bytes of an upload, in the order in which it becomes so. `scanned` is told only where
 * there is a scanner.
 */
export const uploadMilestones = ['received', 'verified', 'scanned', 'processed', 'ready'] as const
export type UploadMilestone = (typeof uploadMilestones)[number]

export const Upload = Type.Object({
  id: Id,
  filename: Type.String(),
  status: UploadState,
  stage: UploadStage,
  milestones: Type.Array(OneOf(uploadMilestones)),
  bytesUploaded: SizeBytes,
  totalBytes: SizeBytes,
  sha256: Type.Optional(Sha256),
  folderId: Type.Optional(Type.String({ format: 'uuid', description: 'The folder that it was sent to.' })),
  fileId: Type.Optional(Id),
  failure: Type.Optional(Type.String()),
  expiresAt: Timestamp,
})
export type Upload = Static<typeof Upload>

const uploadParams = Type.Object({ uploadId: Id })

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
    'Begin an upload (tus creation, creation-with-upload, creation-defer-length, concatenation). Metadata: filename, organizationId; filetype, uploadSessionId optional',
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
  summary:
    'Send bytes (tus core, checksum; Upload-Length when it was deferred). The answer to the last byte carries `Trove-File-Id`',
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
