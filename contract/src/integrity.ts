import { Type, type Static } from 'typebox'
import { Id, Nothing, OneOf, Page, PageQuery, SizeBytes, Timestamp } from './common.ts'
import { endpoint } from './endpoint.ts'
import { damages } from './files.ts'

const Count = Type.Integer({ minimum: 0 })

/** One reading of stored bytes: by the clock, or by `trove verify`. */
export const Verification = Type.Object({
  id: Id,
  kind: OneOf(['command', 'nightly']),
  isSample: Type.Boolean({ description: 'Some of them, or those of one organization.' }),
  beganAt: Timestamp,
  endedAt: Type.Optional(Timestamp),
  blobs: Count,
  bytes: SizeBytes,
  damaged: Count,
  healed: Count,
  lostVariants: Type.Integer({ minimum: 0, description: 'Variants and copies; they are made again by themselves.' }),
  orphans: Type.Optional(Type.Integer({ minimum: 0, description: 'Absent: not looked for.' })),
})
export type Verification = Static<typeof Verification>

export const Integrity = Type.Object({
  blobs: Count,
  bytes: SizeBytes,
  damaged: Count,
  neverRead: Type.Integer({ minimum: 0, description: 'Not read again since they came.' }),
  oldestReadAt: Type.Optional(Timestamp),
  everyDays: Type.Number({ description: 'How often all of it is to be read.' }),
  bytesPerSecond: SizeBytes,
  nights: Type.Integer({ minimum: 0, description: 'How many nights reading all of it takes at this rate.' }),
  tiers: Type.Optional(
    Type.Object({
      afterDays: Type.Number(),
      reads: OneOf(['direct', 'recall']),
      coldBlobs: Count,
      coldBytes: SizeBytes,
      underWay: Type.Integer({ minimum: 0, description: 'Asked back, and not there yet.' }),
    }),
  ),
  runs: Type.Array(Verification, { description: 'Newest first.' }),
})
export type Integrity = Static<typeof Integrity>

/** Stored bytes that are not what they were, and whose they are. */
export const DamagedBlob = Type.Object({
  blobId: Id,
  organization: Type.Object({ id: Id, name: Type.String() }),
  damage: OneOf(damages),
  damagedAt: Timestamp,
  verifiedAt: Timestamp,
  mediaType: Type.String(),
  sizeBytes: SizeBytes,
  fileCount: Type.Integer({ minimum: 0, description: 'Files of which a version has these bytes; the trash included.' }),
  files: Type.Array(Type.Object({ id: Id, name: Type.String() }), {
    description: 'Those of them that the caller may read themselves, a few.',
  }),
})
export type DamagedBlob = Static<typeof DamagedBlob>

export const getIntegrity = endpoint({
  id: 'getIntegrity',
  summary: 'How well stored bytes are known to be what was uploaded',
  room: 'ops',
  method: 'GET',
  path: '/integrity',
  requires: { kind: 'administrator' },
  response: Integrity,
})

export const listDamaged = endpoint({
  id: 'listDamaged',
  summary: 'Stored bytes that are damaged, with what uses them',
  room: 'ops',
  method: 'GET',
  path: '/integrity/damaged',
  requires: { kind: 'administrator' },
  query: Type.Object(PageQuery),
  response: Page(DamagedBlob),
})

export const verifyBlob = endpoint({
  id: 'verifyBlob',
  summary: 'Have some bytes read again soon',
  room: 'ops',
  method: 'POST',
  path: '/integrity/blobs/:blobId/verify',
  requires: { kind: 'administrator' },
  params: Type.Object({ blobId: Id }),
  response: Nothing,
  status: 204,
})

export const verifyFile = endpoint({
  id: 'verifyFile',
  summary: 'Have the stored bytes of a file read again soon',
  room: 'files',
  method: 'POST',
  path: '/files/:fileId/verify',
  requires: { kind: 'right', right: 'write' },
  params: Type.Object({ fileId: Id }),
  response: Nothing,
  status: 204,
})
