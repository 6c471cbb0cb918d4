import { Type, type Static } from 'typebox'
import { Rights } from './access.ts'
import { Bytes, Id, Nothing, OneOf, Page, PageQuery, Person, Sha256, SizeBytes, Timestamp } from './common.ts'
import { endpoint } from './endpoint.ts'
import { FileFilter, filterMembers } from './file-filter.ts'
import { MediaFacts, Place } from './media-facts.ts'
import { kinds } from './media-types.ts'
import { Scan } from './scan.ts'
import { VariantQuery } from './sizes.ts'
import { TagRef } from './tags.ts'

export { FileFilter }

/** Where a version stands between being stored and being seen. */
export const processingStates = ['pending', 'processing', 'ready', 'failed', 'infected'] as const
export const ProcessingState = OneOf(processingStates)
export type ProcessingState = (typeof processingStates)[number]

export const variantNames = [
  'thumbnail',
  'medium',
  'large',
  'poster',
  'preview',
  'page',
  'sheet',
  'proxy',
  'waveform',
  'sized',
] as const
/**
 * `poster` stands for a video, `preview` for the first page of a document, `page` for any of its pages, `sheet` holds
 * small frames of a video in rows, `proxy` is one that every browser plays, `waveform` the loudness of a sound (a byte for
 * each of up to 4,000 equal stretches: their loudest sample, from 0 to 255), `sized`
 * a picture made to measure.
 */
export const VariantName = OneOf(variantNames)
export type VariantName = (typeof variantNames)[number]

/** How the frames of a `sheet` lie: by rows, from the left; frame i stands for the `intervalMs` from i x `intervalMs` on. */
export const FrameGrid = Type.Object({
  columns: Type.Integer({ minimum: 1 }),
  rows: Type.Integer({ minimum: 1 }),
  frames: Type.Integer({ minimum: 1 }),
  intervalMs: Type.Number({ minimum: 0 }),
})
export type FrameGrid = Static<typeof FrameGrid>

export const Variant = Type.Object({
  name: VariantName,
  mediaType: Type.String(),
  /** 0 of a `proxy` without a picture, and of a `waveform`. */
  widthPixels: Type.Integer({ minimum: 0 }),
  heightPixels: Type.Integer({ minimum: 0 }),
  sizeBytes: SizeBytes,
  /** Of a `sheet` only. */
  grid: Type.Optional(FrameGrid),
})
export type Variant = Static<typeof Variant>

/** Who says when it happened. */
export const happenedSources = ['upload', 'camera', 'hand'] as const
export type HappenedFrom = (typeof happenedSources)[number]

export const damages = ['missing', 'changed', 'unreadable'] as const
export type Damage = (typeof damages)[number]

/** A name is kept exactly as given; it is never a path. */
export const FileName = Type.String({ minLength: 1, maxLength: 255 })

export const File = Type.Object({
  id: Id,
  organizationId: Id,
  name: Type.String(),
  folderId: Type.Optional(
    Type.String({ format: 'uuid', description: 'The folder it is in; told to whoever may change the file.' }),
  ),
  kind: OneOf(kinds),
  mediaType: Type.String({ description: 'What the bytes say.' }),
  sizeBytes: SizeBytes,
  sha256: Sha256,
  versionId: Id,
  status: ProcessingState,
  /** In lists only while it keeps the file from being seen; whole with one file. */
  scan: Type.Optional(Scan),
  failure: Type.Optional(Type.String({ description: 'Why it cannot be shown; the original can still be downloaded.' })),
  /** What is wrong with its stored bytes; they are not given out. Uploading the same bytes heals it. */
  damage: Type.Optional(OneOf(damages)),
  tier: Type.Optional(
    Type.Literal('cold', { description: 'Its original is in cold storage: see `recallFile`. What shows it is not.' }),
  ),
  widthPixels: Type.Optional(Type.Integer({ description: 'As shown: orientation and rotation applied.' })),
  heightPixels: Type.Optional(Type.Integer()),
  durationMs: Type.Optional(Type.Integer()),
  pages: Type.Optional(Type.Integer()),
  blur: Type.Optional(
    Type.String({ description: 'A data: URI of a few pixels, to show until the thumbnail is there.' }),
  ),
  variants: Type.Array(Variant),
  happenedAt: Type.String({
    format: 'date-time',
    description: 'When it was taken, with the offset of the place; when it was uploaded if nothing says.',
  }),
  happenedFrom: OneOf(happenedSources),
  tags: Type.Optional(Type.Array(TagRef, { description: 'By name; absent when it has none.' })),
  createdAt: Timestamp,
  createdBy: Person,
  trashedAt: Type.Optional(Timestamp),
  rights: Rights,
})
export type File = Static<typeof File>

export const FileDetails = Type.Object({
  ...File.properties,
  description: Type.Optional(Type.String({ description: 'What somebody wrote about it; absent when nobody did.' })),
  place: Type.Optional(
    Type.Object(Place.properties, { description: 'Where it was taken; told to whoever may have the original.' }),
  ),
  livePair: Type.Optional(
    Type.Object({ fileId: Id, name: Type.String() }, { description: 'The other half of a live photograph.' }),
  ),
  facts: MediaFacts,
})
export type FileDetails = Static<typeof FileDetails>

/** Some files by id, or all that match a filter. */
export const Selection = Type.Union([
  Type.Object({ fileIds: Type.Array(Id, { minItems: 1, maxItems: 1000 }) }, { additionalProperties: false }),
  Type.Object(
    { filter: FileFilter, exceptIds: Type.Optional(Type.Array(Id, { maxItems: 1000 })) },
    { additionalProperties: false },
  ),
])
export type Selection = Static<typeof Selection>

/** What happened to many files at once. `batchId` undoes just that. */
export const Batch = Type.Object({
  batchId: Id,
  count: Type.Integer({ minimum: 0 }),
  usedCount: Type.Optional(
    Type.Integer({
      minimum: 1,
      description: 'Of files put into the trash: so many are used somewhere, as in an event.',
    }),
  ),
})
export type Batch = Static<typeof Batch>

const organizationParams = Type.Object({ organizationId: Id })
const fileParams = Type.Object({ fileId: Id })

export const listFiles = endpoint({
  id: 'listFiles',
  summary: 'Files that the caller may read, newest first',
  room: 'files',
  method: 'GET',
  path: '/organizations/:organizationId/files',
  requires: { kind: 'member', role: 'guest', scope: 'read' },
  params: organizationParams,
  query: Type.Object({ ...PageQuery, ...filterMembers }),
  response: Page(File),
})

/** Every how many files `summarizeFiles` gives a cursor to jump to. */
export const ANCHOR_STRIDE = 500

export const summarizeFiles = endpoint({
  id: 'summarizeFiles',
  summary: 'How many files match, and cursors to jump to: what a scroll bar needs',
  room: 'files',
  method: 'GET',
  path: '/organizations/:organizationId/files/summary',
  requires: { kind: 'member', role: 'guest', scope: 'read' },
  params: organizationParams,
  query: Type.Object(filterMembers),
  response: Type.Object({
    count: Type.Integer({ minimum: 0 }),
    stride: Type.Integer({ minimum: 1 }),
    anchors: Type.Array(Type.String(), {
      description:
        '`anchors[i]` is the `cursor` of the page that begins with file number (i + 1) x stride, counted from 0.',
    }),
    months: Type.Array(Type.Object({ month: Type.String({ pattern: '^\\d{4}-\\d{2}$' }), count: Type.Integer() }), {
      description: 'Newest first, by when files were added, in UTC.',
    }),
  }),
})

export const getFile = endpoint({
  id: 'getFile',
  summary: 'One file with all that is known about it',
  room: 'files',
  method: 'GET',
  path: '/files/:fileId',
  requires: { kind: 'right', right: 'read' },
  params: fileParams,
  response: FileDetails,
})

export const renameFile = endpoint({
  id: 'renameFile',
  summary: 'Rename a file',
  room: 'files',
  method: 'PATCH',
  path: '/files/:fileId',
  requires: { kind: 'right', right: 'write' },
  params: fileParams,
  body: Type.Object({ name: FileName }, { additionalProperties: false }),
  response: File,
})

export const trashFile = endpoint({
  id: 'trashFile',
  summary: 'Move a file to the trash',
  room: 'files',
  method: 'DELETE',
  path: '/files/:fileId',
  requires: { kind: 'right', right: 'write' },
  params: fileParams,
  response: Nothing,
  status: 204,
})

export const restoreFile = endpoint({
  id: 'restoreFile',
  summary: 'Take a file back from the trash',
  room: 'files',
  method: 'POST',
  path: '/files/:fileId/restore',
  requires: { kind: 'right', right: 'write' },
  params: fileParams,
  response: File,
})

export const trashFiles = endpoint({
  id: 'trashFiles',
  summary: 'Move many files to the trash: those of the selection that the caller may change',
  room: 'files',
  method: 'POST',
  path: '/organizations/:organizationId/files/trash',
  requires: { kind: 'member', role: 'guest', scope: 'write' },
  params: organizationParams,
  body: Selection,
  response: Batch,
})

export const restoreFiles = endpoint({
  id: 'restoreFiles',
  summary: 'Take many files back from the trash: a selection, or just what one batch put there',
  room: 'files',
  method: 'POST',
  path: '/organizations/:organizationId/files/restore',
  requires: { kind: 'member', role: 'guest', scope: 'write' },
  params: organizationParams,
  body: Type.Union([Selection, Type.Object({ batchId: Id }, { additionalProperties: false })]),
  response: Batch,
})

export const getFileContent = endpoint({
  id: 'getFileContent',
  summary: 'The original bytes; ranges and conditions as in RFC 9110. `?download` asks for an attachment',
  room: 'files',
  method: 'GET',
  path: '/files/:fileId/content',
  requires: { kind: 'right', right: 'download' },
  params: fileParams,
  query: Type.Object({ download: Type.Optional(Type.String({ maxLength: 10 })) }),
  response: Bytes,
})

export const getFileVariant = endpoint({
  id: 'getFileVariant',
  summary: 'The bytes of a variant',
  room: 'media',
  method: 'GET',
  path: '/files/:fileId/variants/:variant',
  requires: { kind: 'right', right: 'read' },
  params: Type.Object({ fileId: Id, variant: VariantName }),
  query: VariantQuery,
  response: Bytes,
})

export const getFileStream = endpoint({
  id: 'getFileStream',
  summary: 'The proxy of a video as an HLS playlist: its segments are ranges of the one file',
  room: 'media',
  method: 'GET',
  path: '/files/:fileId/stream.m3u8',
  requires: { kind: 'right', right: 'read' },
  params: fileParams,
  response: Bytes,
})

/** How long until the original of a file can be had. */
export const Recall = Type.Object({
  state: OneOf(['ready', 'coming']),
  secondsLeft: Type.Integer({
    minimum: 0,
    description: 'From what is before it and how fast others came; 0 when ready.',
  }),
})
export type Recall = Static<typeof Recall>

export const recallFile = endpoint({
  id: 'recallFile',
  summary: 'Have the original brought back from cold storage, once, and ask how long that takes',
  room: 'files',
  method: 'POST',
  path: '/files/:fileId/recall',
  requires: { kind: 'right', right: 'download' },
  params: fileParams,
  response: Recall,
})

export const retryProcessing = endpoint({
  id: 'retryProcessing',
  summary: 'Process a file again whose processing failed',
  room: 'media',
  method: 'POST',
  path: '/files/:fileId/process',
  requires: { kind: 'right', right: 'write' },
  params: fileParams,
  response: File,
})
