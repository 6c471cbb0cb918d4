import { Type, type Static } from 'typebox'
import { Right } from './access.ts'
import { Id, OneOf, Timestamp } from './common.ts'
import { endpoint } from './endpoint.ts'
import { File, Selection } from './files.ts'
import { principalKinds } from './grants.ts'

/** So many files are changed at once at most, and so many moved or shared: each of those is asked about by itself. */
export const MOST_CHANGED = 10_000
export const MOST_MOVED = 1_000

export const DESCRIPTION_LENGTH = 10_000
const Description = Type.String({ maxLength: DESCRIPTION_LENGTH })

/** With its offset from UTC, which is kept: `2026-05-04T12:30:00+02:00`. */
const HappenedAt = Type.String({ format: 'date-time', maxLength: 40 })

const TEN_YEARS_MINUTES = 5_270_400

/** When files happened: said by hand, moved by so much, or as the camera says after all. */
const HappenedChange = Type.Union([
  Type.Object({ at: HappenedAt }, { additionalProperties: false }),
  Type.Object(
    { shiftMinutes: Type.Integer({ minimum: -TEN_YEARS_MINUTES, maximum: TEN_YEARS_MINUTES }) },
    { additionalProperties: false, description: 'Later by so many minutes, as after a clock that was slow.' },
  ),
  Type.Object({ from: Type.Literal('camera') }, { additionalProperties: false }),
])
export type HappenedChange = Static<typeof HappenedChange>

const TagIds = Type.Array(Id, { maxItems: 50 })

/** What is done to each file of a selection. One thing at a time, so that undoing says what is undone. */
export const FileChange = Type.Union([
  Type.Object(
    { kind: Type.Literal('tags'), add: Type.Optional(TagIds), remove: Type.Optional(TagIds) },
    { additionalProperties: false },
  ),
  Type.Object({ kind: Type.Literal('description'), description: Description }, { additionalProperties: false }),
  Type.Object({ kind: Type.Literal('happened'), happened: HappenedChange }, { additionalProperties: false }),
  Type.Object(
    {
      kind: Type.Literal('folder'),
      folderId: Type.Union([Id, Type.Null()], { description: 'Where to; null is the top.' }),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      kind: Type.Literal('share'),
      principal: Type.Object({ kind: OneOf(principalKinds), id: Id }, { additionalProperties: false }),
      rights: Type.Array(Right, { minItems: 1, maxItems: 5 }),
      expiresAt: Type.Optional(Timestamp),
    },
    { additionalProperties: false },
  ),
])
export type FileChange = Static<typeof FileChange>

export const passedOverReasons = ['not-found', 'not-allowed', 'in-trash', 'unchanged', 'full', 'changed-since'] as const
export type PassedOverReason = (typeof passedOverReasons)[number]

/**
 * Files that were left as they are, and why: not there or not to be seen, not the caller's to change, in the trash, as
 * wanted already, with as many tags as a file may have, or changed by somebody since what is to be undone.
 */
const PassedOver = Type.Array(Type.Object({ reason: OneOf(passedOverReasons), count: Type.Integer({ minimum: 1 }) }))

export const Changed = Type.Object({
  changeId: Type.Optional(
    Type.String({ format: 'uuid', description: 'Undoes just this, for a day. Absent: nothing was changed.' }),
  ),
  count: Type.Integer({ minimum: 0, description: 'Files that were changed.' }),
  passedOver: PassedOver,
})
export type Changed = Static<typeof Changed>

export const changeFiles = endpoint({
  id: 'changeFiles',
  summary: 'Change many files at once: those of the selection that the caller may change; tells of the others why not',
  room: 'files',
  method: 'POST',
  path: '/organizations/:organizationId/files/changes',
  requires: { kind: 'member', role: 'guest', scope: 'write' },
  params: Type.Object({ organizationId: Id }),
  body: Type.Object({ selection: Selection, change: FileChange }, { additionalProperties: false }),
  response: Changed,
})

export const undoFileChange = endpoint({
  id: 'undoFileChange',
  summary: 'Undo one change of many files, for whoever made it: those that nobody has changed since',
  room: 'files',
  method: 'POST',
  path: '/organizations/:organizationId/files/changes/:changeId/undo',
  requires: { kind: 'member', role: 'guest', scope: 'write' },
  params: Type.Object({ organizationId: Id, changeId: Id }),
  response: Type.Object({ count: Type.Integer({ minimum: 0 }), passedOver: PassedOver }),
})

export const describeFile = endpoint({
  id: 'describeFile',
  summary: 'Say of a file what it shows and when it happened; kept beside the original, never written into it',
  room: 'files',
  method: 'PATCH',
  path: '/files/:fileId/details',
  requires: { kind: 'right', right: 'write' },
  params: Type.Object({ fileId: Id }),
  body: Type.Object(
    { description: Type.Optional(Description), happened: Type.Optional(HappenedChange) },
    { additionalProperties: false },
  ),
  response: File,
})
