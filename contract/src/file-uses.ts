import { Type, type Static } from 'typebox'
import { Id, OneOf } from './common.ts'
import { endpoint } from './endpoint.ts'

/** What a file can be shown by, besides the place where it lies. */
export const fileUseKinds = ['event'] as const

/** Where a file is used. It cannot be removed for good before it is detached from there. */
export const FileUse = Type.Object({ kind: OneOf(fileUseKinds), id: Id, name: Type.String() })
export type FileUse = Static<typeof FileUse>

export const listFileUses = endpoint({
  id: 'listFileUses',
  summary: 'Where a file is used, as far as the caller may see',
  room: 'files',
  method: 'GET',
  path: '/files/:fileId/uses',
  requires: { kind: 'right', right: 'read' },
  params: Type.Object({ fileId: Id }),
  response: Type.Object({
    items: Type.Array(FileUse),
    hasOthers: Type.Boolean({
      description: 'It is used where the caller may not see too; told to whoever may change the file.',
    }),
  }),
})

export const purgeFiles = endpoint({
  id: 'purgeFiles',
  summary:
    'Remove files for good that are in the trash: those that the caller holds every right on. One that is used is refused as `in-use`, and all with it, unless it is to be detached',
  room: 'files',
  method: 'POST',
  path: '/organizations/:organizationId/files/purge',
  requires: { kind: 'member', role: 'guest', scope: 'write' },
  params: Type.Object({ organizationId: Id }),
  body: Type.Object(
    {
      fileIds: Type.Array(Id, { minItems: 1, maxItems: 1000 }),
      detach: Type.Optional(Type.Boolean({ description: 'Take them out of wherever they are used.' })),
    },
    { additionalProperties: false },
  ),
  response: Type.Object({ count: Type.Integer({ minimum: 0 }) }),
})
