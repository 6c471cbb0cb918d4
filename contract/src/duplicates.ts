import { Type, type Static } from 'typebox'
import { Id, Nothing, Page, PageQuery } from './common.ts'
import { endpoint } from './endpoint.ts'
import { Batch, File } from './files.ts'

const MOST_DUPLICATES = 100

/** One of the files that look the same, with what tells it from the others besides what every list tells. */
export const Duplicate = Type.Object({
  file: File,
  tags: Type.Array(Type.String()),
  hasDescription: Type.Boolean(),
  camera: Type.Optional(Type.String()),
  usedCount: Type.Integer({ minimum: 0, description: 'Places that show it, of those that the caller may see.' }),
  linkCount: Type.Integer({ minimum: 0, description: 'Links to just this file; told to whoever may share it.' }),
})
export type Duplicate = Static<typeof Duplicate>

export const DuplicateGroup = Type.Object({ id: Id, files: Type.Array(Duplicate, { minItems: 2 }) })
export type DuplicateGroup = Static<typeof DuplicateGroup>

const organizationParams = Type.Object({ organizationId: Id })
const fileIds = Type.Array(Id, { minItems: 1, maxItems: MOST_DUPLICATES, uniqueItems: true })

export const listDuplicates = endpoint({
  id: 'listDuplicates',
  summary: 'Pictures and videos that look the same, of those the caller may read; what was told apart is left out',
  room: 'files',
  method: 'GET',
  path: '/organizations/:organizationId/duplicates',
  requires: { kind: 'member', role: 'guest', scope: 'read' },
  params: organizationParams,
  query: Type.Object(PageQuery),
  response: Page(DuplicateGroup),
})

export const mergeDuplicates = endpoint({
  id: 'mergeDuplicates',
  summary:
    'Keep one file and move others that look the same to the trash; it takes over their tags, and their places in events',
  room: 'files',
  method: 'POST',
  path: '/organizations/:organizationId/duplicates/merge',
  requires: { kind: 'member', role: 'guest', scope: 'write' },
  params: organizationParams,
  body: Type.Object({ keptId: Id, fileIds }, { additionalProperties: false }),
  response: Batch,
})

export const tellApart = endpoint({
  id: 'tellApart',
  summary: 'Say that files are no duplicates: they are not shown as such again, unless another one comes to them',
  room: 'files',
  method: 'POST',
  path: '/organizations/:organizationId/duplicates/apart',
  requires: { kind: 'member', role: 'guest', scope: 'write' },
  params: organizationParams,
  body: Type.Object({ fileIds }, { additionalProperties: false }),
  response: Nothing,
  status: 204,
})
