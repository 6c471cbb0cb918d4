import { Type, type Static } from 'typebox'
import { Id, OneOf, Page, PageQuery } from './common.ts'
import { endpoint } from './endpoint.ts'
import { filterMembers } from './file-filter.ts'
import { File } from './files.ts'
import { timelineKinds } from './timeline-words.ts'

export type TimelineKind = (typeof timelineKinds)[number]

const { kind: _kind, kinds: _kinds, trashed: _trashed, ...fileFilter } = filterMembers
/** Images and videos that are not in the trash, and of those the ones that match. */
const Filter = { ...fileFilter, kind: Type.Optional(OneOf(timelineKinds)) }
export const TimelineFilter = Type.Object(Filter, { additionalProperties: false })
export type TimelineFilter = Static<typeof TimelineFilter>

export const MONTH_PATTERN = '^(?!0000)\\d{4}-(0[1-9]|1[0-2])$'
export const DAY_PATTERN = '^(?!0000)\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$'

const organizationParams = Type.Object({ organizationId: Id })
const requires = { kind: 'member', role: 'guest', scope: 'read' } as const

export const TimelineSummary = Type.Object({
  count: Type.Integer({ minimum: 0 }),
  months: Type.Array(
    Type.Object({
      month: Type.String({ pattern: MONTH_PATTERN }),
      days: Type.Array(Type.Integer({ minimum: 0 }), {
        description:
          'How many on each day, beginning with the first of the month; days after the last of them are left out.',
      }),
    }),
    { description: 'Newest first, by what a clock on the wall showed; months with nothing are left out.' },
  ),
})
export type TimelineSummary = Static<typeof TimelineSummary>

export const summarizeTimeline = endpoint({
  id: 'summarizeTimeline',
  summary: 'How many images and videos that the caller may read there are on each day',
  room: 'timeline',
  method: 'GET',
  path: '/organizations/:organizationId/timeline',
  requires,
  params: organizationParams,
  query: Type.Object(Filter),
  response: TimelineSummary,
})

export const listTimeline = endpoint({
  id: 'listTimeline',
  summary: 'Images and videos that the caller may read, those that happened last first',
  room: 'timeline',
  method: 'GET',
  path: '/organizations/:organizationId/timeline/files',
  requires,
  params: organizationParams,
  query: Type.Object({
    ...PageQuery,
    ...Filter,
    until: Type.Optional(
      Type.String({ pattern: DAY_PATTERN, description: 'Begins with the last of this day, where there is no cursor.' }),
    ),
  }),
  response: Page(File),
})

/** Every how many boxes `listTimelineBoxes` gives a cursor of `listTimeline`. */
export const BOX_STRIDE = 100

export const TimelineBoxes = Type.Object({
  ids: Type.String({ description: 'The ids of the files in order, 16 bytes each, as base64url.' }),
  ratios: Type.Array(Type.Integer({ minimum: 1 }), {
    description: 'Width by height in hundredths; 100 while unknown.',
  }),
  days: Type.Array(Type.Tuple([Type.Integer({ minimum: 1, maximum: 31 }), Type.Integer({ minimum: 1 })]), {
    description: 'Day of the month, and how many of them in a row are of that day.',
  }),
  cursors: Type.Array(Type.String(), {
    description: `\`cursors[i]\` is the cursor of \`listTimeline\` that begins with box number i x ${BOX_STRIDE} of this page.`,
  }),
  next: Type.Optional(Type.String()),
})
export type TimelineBoxes = Static<typeof TimelineBoxes>

export const listTimelineBoxes = endpoint({
  id: 'listTimelineBoxes',
  summary: 'The shapes of the files of one month, in few bytes: what a page needs to give each its place',
  room: 'timeline',
  method: 'GET',
  path: '/organizations/:organizationId/timeline/boxes',
  requires,
  params: organizationParams,
  query: Type.Object({
    ...Filter,
    month: Type.String({ pattern: MONTH_PATTERN }),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, description: '10,000 unless said.' })),
    cursor: PageQuery.cursor,
  }),
  response: TimelineBoxes,
})

const latitude = (description: string) => Type.Number({ minimum: -90, maximum: 90, description })
const longitude = (description: string) => Type.Number({ minimum: -180, maximum: 180, description })

/** Files that were taken near each other, as one mark on a map. */
export const Cluster = Type.Object({
  latitude: latitude('Their middle.'),
  longitude: longitude('Their middle.'),
  count: Type.Integer({ minimum: 1 }),
  south: latitude('All of them lie within these four.'),
  west: longitude('Their westernmost.'),
  north: latitude('Their northernmost.'),
  east: longitude('Their easternmost.'),
  sample: File,
})
export type Cluster = Static<typeof Cluster>

/** Drawn squares of the earth from somebody else, which the page asks for only after its reader has agreed. */
export const MapTiles = Type.Object({
  template: Type.String({
    description: 'Where a square is, once `{z}`, `{x}` and `{y}` are its level, its column and its row.',
  }),
  origin: Type.String({ description: 'Scheme, host and port of all of them: who sees which of them are asked for.' }),
  attribution: Type.String({ description: 'What has to be said beside them.' }),
  maxZoom: Type.Integer({ minimum: 0, maximum: 22, description: 'The deepest level that there is.' }),
})
export type MapTiles = Static<typeof MapTiles>

export const getMapSource = endpoint({
  id: 'getMapSource',
  summary: 'What the map of places may be drawn with besides the outline of its own',
  room: 'timeline',
  method: 'GET',
  path: '/map',
  requires: { kind: 'user', scope: 'read' },
  response: Type.Object({ tiles: Type.Optional(MapTiles) }),
})

export const listPlaces = endpoint({
  id: 'listPlaces',
  summary: 'Where images and videos were taken whose place the caller may know, in clusters',
  room: 'timeline',
  method: 'GET',
  path: '/organizations/:organizationId/timeline/places',
  // Who may not have the original is not told where it was taken.
  requires: { kind: 'member', role: 'guest', scope: 'download' },
  params: organizationParams,
  query: Type.Object({
    ...Filter,
    south: Type.Number({ minimum: -90, maximum: 90 }),
    west: Type.Number({
      minimum: -180,
      maximum: 180,
      description: 'East of `east` where the bounds cross the date line.',
    }),
    north: Type.Number({ minimum: -90, maximum: 90 }),
    east: Type.Number({ minimum: -180, maximum: 180 }),
  }),
  response: Type.Object({ clusters: Type.Array(Cluster) }),
})
