import { Type, type Static } from 'typebox'
import { Id, SizeBytes, Timestamp } from './common.ts'
import { endpoint } from './endpoint.ts'
import { UploadState } from './uploads.ts'

/** The first bytes of an upload that are shown before the rest may go past the program: all of it when there is less. */
export const DIRECT_HEAD_BYTES = 64 * 1024
/** Parts that may be asked for at a time: more are asked for when these have gone. */
export const MOST_DIRECT_PARTS = 32

export const DirectUpload = Type.Object({
  partBytes: Type.Integer({ minimum: 1, description: 'The size of every part but the last.' }),
  partCount: Type.Integer({ minimum: 1 }),
  received: Type.Array(Type.Integer({ minimum: 1 }), { description: 'Numbers of the parts that are there, from 1.' }),
})
export type DirectUpload = Static<typeof DirectUpload>

export const DirectPart = Type.Object({
  number: Type.Integer({ minimum: 1 }),
  url: Type.String({
    description: 'PUT exactly `sizeBytes` bytes to it before it expires; nothing else can be done with it.',
  }),
  sizeBytes: SizeBytes,
  headers: Type.Record(Type.String(), Type.String(), { description: 'To be sent with it.' }),
})
export type DirectPart = Static<typeof DirectPart>

const params = Type.Object({ uploadId: Id })

export const beginDirectUpload = endpoint({
  id: 'beginDirectUpload',
  summary: 'Send the bytes of an upload to the store itself: offered where its creation said Trove-Direct',
  room: 'uploads',
  method: 'POST',
  path: '/uploads/:uploadId/direct',
  requires: { kind: 'uploader' },
  params,
  body: Type.Object(
    {
      head: Type.String({
        minLength: 1,
        maxLength: Math.ceil(DIRECT_HEAD_BYTES / 3) * 4,
        pattern: '^[A-Za-z0-9+/]+={0,2}$',
        description: 'The first 65536 bytes of the file, or all of them, in Base64: the type is judged by these.',
      }),
    },
    { additionalProperties: false },
  ),
  response: DirectUpload,
})

export const signDirectParts = endpoint({
  id: 'signDirectParts',
  summary: 'Where parts of a direct upload go; addresses that have expired are asked for again',
  room: 'uploads',
  method: 'POST',
  path: '/uploads/:uploadId/parts',
  requires: { kind: 'uploader' },
  params,
  body: Type.Object(
    {
      numbers: Type.Array(Type.Integer({ minimum: 1, maximum: 10_000 }), {
        minItems: 1,
        maxItems: MOST_DIRECT_PARTS,
        uniqueItems: true,
      }),
    },
    { additionalProperties: false },
  ),
  response: Type.Object({ parts: Type.Array(DirectPart), expiresAt: Timestamp }),
})

export const commitDirectParts = endpoint({
  id: 'commitDirectParts',
  summary: 'Count what has come to the store; with the last part it becomes a file',
  room: 'uploads',
  method: 'POST',
  path: '/uploads/:uploadId/parts/commit',
  requires: { kind: 'uploader' },
  params,
  response: Type.Object({
    status: UploadState,
    bytesUploaded: SizeBytes,
    received: Type.Array(Type.Integer({ minimum: 1 })),
    fileId: Type.Optional(Id),
  }),
})
