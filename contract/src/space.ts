import { Type, type Static } from 'typebox'
import { Id, OneOf, PageQuery, Page, SizeBytes, Timestamp } from './common.ts'
import { endpoint } from './endpoint.ts'

/**
 * Where the bytes of an organization are. Each byte in the store is in one of them, so their sum is what the store holds
 * for it; the first three are charged.
 */
export const spaceParts = [
  /** What one sees: the current versions of files. */
  'live',
  /** Earlier versions of files. */
  'older',
  'trash',
  /** Thumbnails and previews. */
  'variants',
  /** Copies without metadata, for links. */
  'bare-copies',
  /** What has arrived of uploads that go on. */
  'unfinished',
  /** Deleted for good, and removed with the next sweep whose time has come. */
  'waiting',
] as const
export const SpacePart = Type.Object({
  part: OneOf(spaceParts),
  bytes: SizeBytes,
  count: Type.Integer({ minimum: 0 }),
})
export type SpacePart = Static<typeof SpacePart>

/** What is worth knowing beside the sum. `deduplicated`: bytes that did not have to be kept again; `cold`: of the whole, so much is in the cold tier. */
export const spaceNotes = ['deduplicated', 'cold'] as const
export const SpaceNote = Type.Object({
  note: OneOf(spaceNotes),
  bytes: SizeBytes,
  count: Type.Integer({ minimum: 0 }),
})
export type SpaceNote = Static<typeof SpaceNote>

export const Space = Type.Object({
  organizationId: Id,
  limitBytes: SizeBytes,
  usedBytes: SizeBytes,
  reservedBytes: SizeBytes,
  freeBytes: SizeBytes,
  fileCount: Type.Integer({ minimum: 0 }),
  isReadOnly: Type.Boolean({ description: 'It holds more than it may: nothing can be added until it holds less.' }),
  isMeasuring: Type.Boolean({ description: 'What follows is being measured anew; ask again in a moment.' }),
  measuredAt: Type.Optional(Timestamp),
  /** For owners and admins. */
  parts: Type.Optional(Type.Array(SpacePart)),
  notes: Type.Optional(Type.Array(SpaceNote)),
  /** The caller's own files, each counted whole, with all of their versions and those in the trash. */
  own: Type.Optional(Type.Object({ bytes: SizeBytes, fileCount: Type.Integer({ minimum: 0 }) })),
})
export type Space = Static<typeof Space>

export const spaceDimensions = ['file', 'kind', 'person', 'folder'] as const
export type SpaceDimension = (typeof spaceDimensions)[number]

/**
 * The share of one file, kind, person or folder. Files are counted whole, with all of their versions, whether or not
 * other files share their bytes; so the shares of all kinds come to what is charged and what was deduplicated together.
 */
export const SpaceShare = Type.Object({
  key: Type.String({
    description: 'The kind, or the id of the file, person or folder; `top` for what is in no folder.',
  }),
  name: Type.Optional(Type.String({ description: 'Absent when it has gone since.' })),
  bytes: SizeBytes,
  fileCount: Type.Integer({ minimum: 0 }),
  kind: Type.Optional(Type.String()),
  isTrashed: Type.Optional(Type.Boolean()),
  ownerName: Type.Optional(Type.String()),
})
export type SpaceShare = Static<typeof SpaceShare>

const params = Type.Object({ organizationId: Id })

export const getSpace = endpoint({
  id: 'getSpace',
  summary: 'Where the bytes of an organization are; of members who are not admins, their own',
  room: 'organizations',
  method: 'GET',
  path: '/organizations/:organizationId/space',
  requires: { kind: 'member', role: 'member', scope: 'read' },
  params,
  response: Space,
})

export const measureSpace = endpoint({
  id: 'measureSpace',
  summary: 'Measure it now; where there are many files this goes on after the answer',
  room: 'organizations',
  method: 'POST',
  path: '/organizations/:organizationId/space/measure',
  requires: { kind: 'member', role: 'admin', scope: 'read' },
  params,
  response: Space,
})

export const listSpaceShares = endpoint({
  id: 'listSpaceShares',
  summary:
    'The biggest files, or the shares of kinds, people or folders, biggest first; members who are not admins see their own files',
  room: 'organizations',
  method: 'GET',
  path: '/organizations/:organizationId/space/shares',
  requires: { kind: 'member', role: 'member', scope: 'read' },
  params,
  query: Type.Object({ by: OneOf(spaceDimensions), ...PageQuery }),
  response: Page(SpaceShare),
})

export const OrganizationSpace = Type.Object({
  organizationId: Id,
  name: Type.String(),
  limitBytes: SizeBytes,
  usedBytes: SizeBytes,
  reservedBytes: SizeBytes,
  fileCount: Type.Integer({ minimum: 0 }),
  isReadOnly: Type.Boolean(),
  measuredAt: Type.Optional(Timestamp),
  heldBytes: Type.Optional(SizeBytes),
  deduplicatedBytes: Type.Optional(SizeBytes),
})
export type OrganizationSpace = Static<typeof OrganizationSpace>

export const listSpaceOfInstallation = endpoint({
  id: 'listSpaceOfInstallation',
  summary: 'What each organization holds, biggest first, and what is free on the disk',
  room: 'ops',
  method: 'GET',
  path: '/space',
  requires: { kind: 'administrator' },
  query: Type.Object({ ...PageQuery }),
  response: Type.Object({
    items: Type.Array(OrganizationSpace),
    next: Type.Optional(Type.String()),
    usedBytes: SizeBytes,
    limitBytes: SizeBytes,
    disk: Type.Optional(
      Type.Object(
        { freeBytes: SizeBytes, totalBytes: SizeBytes },
        { description: 'Absent where bytes are kept by a store that does not say.' },
      ),
    ),
  }),
})
