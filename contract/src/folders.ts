import { Type, type Static } from 'typebox'
import { Rights } from './access.ts'
import { Id, Page, PageQuery, Person, Timestamp } from './common.ts'
import { endpoint } from './endpoint.ts'
import { Batch, FileName } from './files.ts'

export const Folder = Type.Object({
  id: Id,
  organizationId: Id,
  name: Type.String(),
  parentId: Type.Optional(
    Type.String({ format: 'uuid', description: 'Absent at the top, or when the caller may not see what is above.' }),
  ),
  createdAt: Timestamp,
  createdBy: Person,
  trashedAt: Type.Optional(Timestamp),
  rights: Rights,
})
export type Folder = Static<typeof Folder>

const organizationParams = Type.Object({ organizationId: Id })
const folderParams = Type.Object({ folderId: Id })

export const createFolder = endpoint({
  id: 'createFolder',
  summary: 'Make a folder, at the top or in a folder that the caller may change. Guests cannot make one at the top',
  room: 'files',
  method: 'POST',
  path: '/organizations/:organizationId/folders',
  requires: { kind: 'member', role: 'guest', scope: 'write' },
  params: organizationParams,
  body: Type.Object({ name: FileName, parentId: Type.Optional(Id) }, { additionalProperties: false }),
  response: Folder,
  status: 201,
})

export const listFolders = endpoint({
  id: 'listFolders',
  summary:
    'The folders in a folder, by name; or those at the top: the ones that the caller may read without reading what is above',
  room: 'files',
  method: 'GET',
  path: '/organizations/:organizationId/folders',
  requires: { kind: 'member', role: 'guest', scope: 'read' },
  params: organizationParams,
  query: Type.Object({ ...PageQuery, parentId: Type.Optional(Id), trashed: Type.Optional(Type.Boolean()) }),
  response: Page(Folder),
})

export const getFolder = endpoint({
  id: 'getFolder',
  summary: 'A folder and the way to it, from the outermost that the caller may read',
  room: 'files',
  method: 'GET',
  path: '/folders/:folderId',
  requires: { kind: 'right', right: 'read' },
  params: folderParams,
  response: Type.Object({ ...Folder.properties, path: Type.Array(Type.Object({ id: Id, name: Type.String() })) }),
})

export const renameFolder = endpoint({
  id: 'renameFolder',
  summary: 'Rename a folder',
  room: 'files',
  method: 'PATCH',
  path: '/folders/:folderId',
  requires: { kind: 'right', right: 'write' },
  params: folderParams,
  body: Type.Object({ name: FileName }, { additionalProperties: false }),
  response: Folder,
})

export const trashFolder = endpoint({
  id: 'trashFolder',
  summary: 'Move a folder with everything in it to the trash',
  room: 'files',
  method: 'DELETE',
  path: '/folders/:folderId',
  requires: { kind: 'right', right: 'write' },
  params: folderParams,
  response: Batch,
})

export const restoreFolder = endpoint({
  id: 'restoreFolder',
  summary: 'Take a folder back from the trash, with what went there with it',
  room: 'files',
  method: 'POST',
  path: '/folders/:folderId/restore',
  requires: { kind: 'right', right: 'write' },
  params: folderParams,
  response: Folder,
})

/** Whoever moves something gives to those who see the new place; so it needs what granting would need. */
export const moveResources = endpoint({
  id: 'moveResources',
  summary: 'Move files and folders into a folder, or to the top. All of them or none',
  room: 'files',
  method: 'POST',
  path: '/organizations/:organizationId/move',
  requires: { kind: 'member', role: 'guest', scope: 'write' },
  params: organizationParams,
  body: Type.Object(
    {
      fileIds: Type.Optional(Type.Array(Id, { maxItems: 1000 })),
      folderIds: Type.Optional(Type.Array(Id, { maxItems: 100 })),
      folderId: Type.Union([Id, Type.Null()], { description: 'Where to; null is the top.' }),
    },
    { additionalProperties: false },
  ),
  response: Type.Object({ count: Type.Integer({ minimum: 0 }) }),
})
