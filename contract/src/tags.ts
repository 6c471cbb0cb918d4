import { Type, type Static } from 'typebox'
import { Id, Nothing, Page, PageQuery, Person, Timestamp } from './common.ts'
import { endpoint } from './endpoint.ts'

/** Counted in characters (code points), after trimming and NFC. */
export const TAG_LENGTH = 80

/** Kept as written but trimmed and in Unicode's form NFC; a name is there once in an organization, whatever its case. */
export const TagName = Type.String({ minLength: 1, maxLength: TAG_LENGTH * 2 })

/** A tag as whatever carries it tells it. */
export const TagRef = Type.Object({ id: Id, name: Type.String() })
export type TagRef = Static<typeof TagRef>

/** A word of an organization's own for what files and events have in common. */
export const Tag = Type.Object({
  ...TagRef.properties,
  organizationId: Id,
  createdAt: Timestamp,
  createdBy: Person,
  mayChange: Type.Boolean({ description: 'Whether the caller may rename, merge and delete it.' }),
})
export type Tag = Static<typeof Tag>

export const CountedTag = Type.Object({
  ...Tag.properties,
  files: Type.Integer({
    minimum: 0,
    description: 'Files that carry it, that the caller may read and that are not in the trash.',
  }),
  isMore: Type.Optional(
    Type.Literal(true, { description: 'Only the newest that carry it were looked at: there may be more.' }),
  ),
})
export type CountedTag = Static<typeof CountedTag>

const organizationParams = Type.Object({ organizationId: Id })
const tagParams = Type.Object({ tagId: Id })

export const listTags = endpoint({
  id: 'listTags',
  summary: 'The tags of an organization by name; a guest is told those of files that they may read',
  room: 'files',
  method: 'GET',
  path: '/organizations/:organizationId/tags',
  requires: { kind: 'member', role: 'guest', scope: 'read' },
  params: organizationParams,
  query: Type.Object({
    ...PageQuery,
    name: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'Those whose name contains this, whatever its case.' }),
    ),
  }),
  response: Page(CountedTag),
})

export const createTag = endpoint({
  id: 'createTag',
  summary: 'The tag of a name, made unless there is one',
  room: 'files',
  method: 'POST',
  path: '/organizations/:organizationId/tags',
  requires: { kind: 'member', role: 'member', scope: 'write' },
  params: organizationParams,
  body: Type.Object({ name: TagName }, { additionalProperties: false }),
  response: Tag,
})

export const renameTag = endpoint({
  id: 'renameTag',
  summary: 'Rename a tag; for whoever made it, owners and admins',
  room: 'files',
  method: 'PATCH',
  path: '/tags/:tagId',
  requires: { kind: 'user', scope: 'write' },
  params: tagParams,
  body: Type.Object({ name: TagName }, { additionalProperties: false }),
  response: Tag,
})

export const mergeTag = endpoint({
  id: 'mergeTag',
  summary: 'Give another tag to all that carries this one, and delete this one',
  room: 'files',
  method: 'POST',
  path: '/tags/:tagId/merge',
  requires: { kind: 'user', scope: 'write' },
  params: tagParams,
  body: Type.Object({ intoId: Id }, { additionalProperties: false }),
  response: Tag,
})

export const deleteTag = endpoint({
  id: 'deleteTag',
  summary: 'Delete a tag; what carried it stays',
  room: 'files',
  method: 'DELETE',
  path: '/tags/:tagId',
  requires: { kind: 'user', scope: 'write' },
  params: tagParams,
  response: Nothing,
  status: 204,
})
