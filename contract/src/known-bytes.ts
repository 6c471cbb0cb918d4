import { Type, type Static } from 'typebox'
import { Id, Sha256, SizeBytes, Timestamp } from './common.ts'
import { endpoint } from './endpoint.ts'
import { Receipt } from './receipts.ts'

/** Inclusive at both ends, zero-based, as in RFC 9110 §14.1.2. */
const Range = Type.Object({ first: Type.Integer({ minimum: 0 }), last: Type.Integer({ minimum: 0 }) })

/**
 * What shows that somebody has the bytes, and not only their name: SHA-256 over the nonce and, behind it, the bytes of
 * each range in turn.
 */
const Proof = Type.Object({
  challenge: Type.String(),
  nonce: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  ranges: Type.Array(Range),
  expiresAt: Timestamp,
})

export const KnownBytes = Type.Object({
  isKnown: Type.Boolean({
    description: 'Whether the caller can download these bytes here already. What others have is never told.',
  }),
  proof: Type.Optional(Proof),
})
export type KnownBytes = Static<typeof KnownBytes>

const organizationParams = Type.Object({ organizationId: Id })

export const findKnownBytes = endpoint({
  id: 'findKnownBytes',
  summary: 'Ask before an upload whether the bytes need to be sent at all',
  room: 'uploads',
  method: 'POST',
  path: '/organizations/:organizationId/known-bytes',
  requires: { kind: 'member', role: 'guest', scope: 'upload' },
  params: organizationParams,
  body: Type.Object({ sha256: Sha256, sizeBytes: SizeBytes }),
  response: KnownBytes,
})

export const addKnownBytes = endpoint({
  id: 'addKnownBytes',
  summary: 'Add a file of bytes that the caller has shown to have, without sending them',
  room: 'uploads',
  method: 'POST',
  path: '/organizations/:organizationId/known-bytes/files',
  requires: { kind: 'member', role: 'guest', scope: 'upload' },
  params: organizationParams,
  body: Type.Object({
    challenge: Type.String({ minLength: 1, maxLength: 4_000 }),
    answer: Sha256,
    filename: Type.String({ minLength: 1, maxLength: 1_000 }),
    filetype: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
    folderId: Type.Optional(Id),
    uploadSessionId: Type.Optional(Id),
  }),
  response: Type.Object({ uploadId: Id, ...Receipt.properties }),
  status: 201,
})
