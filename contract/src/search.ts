import { Type, type Static } from 'typebox'
import { Id, OneOf, Page, PageQuery, Person } from './common.ts'
import { endpoint } from './endpoint.ts'
import { filterMembers } from './file-filter.ts'
import { File } from './files.ts'

/**
 * Where all the words were found, the best place first: its name; its name and what else is known of it (tags,
 * description, camera, uploader, date); those and its text; a part of its name.
 */
export const matchPlaces = ['name', 'about', 'text', 'part'] as const
export type MatchPlace = (typeof matchPlaces)[number]

/** UTF-16 code units, counted from 0; `to` is behind the last. */
export const TextMatch = Type.Object({ from: Type.Integer({ minimum: 0 }), to: Type.Integer({ minimum: 0 }) })
export type TextMatch = Static<typeof TextMatch>

export const Passage = Type.Object({
  text: Type.String({ description: 'Plain text, never markup.' }),
  matches: Type.Array(TextMatch),
  page: Type.Integer({ minimum: 1, description: 'Counted from 1; 1 of text that has no pages.' }),
  pages: Type.Array(Type.Integer({ minimum: 1 }), { description: 'The first pages that say any of the words.' }),
})
export type Passage = Static<typeof Passage>

export const SearchResult = Type.Object({
  file: File,
  place: Type.Optional(OneOf(matchPlaces)),
  nameMatches: Type.Array(TextMatch),
  passage: Type.Optional(Passage),
})
export type SearchResult = Static<typeof SearchResult>

const organizationParams = Type.Object({ organizationId: Id })
const requires = { kind: 'member', role: 'guest', scope: 'read' } as const

export const searchFiles = endpoint({
  id: 'searchFiles',
  summary: 'Files that the caller may read, by words and filters: the best matches first, of equal ones the newest',
  room: 'files',
  method: 'GET',
  path: '/organizations/:organizationId/search',
  requires,
  params: organizationParams,
  query: Type.Object({ ...PageQuery, ...filterMembers }),
  response: Page(SearchResult),
})

export const listSearchChoices = endpoint({
  id: 'listSearchChoices',
  summary: 'Cameras and people to filter by: of the newest files that the caller may read',
  room: 'files',
  method: 'GET',
  path: '/organizations/:organizationId/search/choices',
  requires,
  params: organizationParams,
  response: Type.Object({ cameras: Type.Array(Type.String()), people: Type.Array(Person) }),
})
