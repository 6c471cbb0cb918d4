import { Type, type Static } from 'typebox'
import { Rights } from './access.ts'
import { Id, Nothing, OneOf, Page, PageQuery, Person, Timestamp } from './common.ts'
import { endpoint } from './endpoint.ts'
import { Unshared } from './event-sharing.ts'
import { YEAR_ONE } from './file-filter.ts'
import { Batch, File, happenedSources } from './files.ts'
import { TagRef } from './tags.ts'
import { timelineEventKinds } from './timeline-words.ts'

export const TimelineEventKind = OneOf(timelineEventKinds)
export type TimelineEventKind = (typeof timelineEventKinds)[number]

export const EVENT_TITLE_LENGTH = 200
export const EVENT_TEXT_LENGTH = 10_000
export const CAPTION_LENGTH = 2_000
/** So many pictures come into an event at once, and so many events are changed at once. */
export const MOST_PICTURES_AT_ONCE = 1_000
export const MOST_EVENTS_AT_ONCE = 1_000

export const EventTitle = Type.String({
  minLength: 1,
  maxLength: EVENT_TITLE_LENGTH,
  pattern: '^[^\\u0000-\\u001f\\u007f]*\\S[^\\u0000-\\u001f\\u007f]*$',
})
export const EventText = Type.String({ maxLength: EVENT_TEXT_LENGTH, pattern: '^[^\\u0000]*$' })
const Caption = Type.String({ maxLength: CAPTION_LENGTH, pattern: '^[^\\u0000]*$' })
const HappenedAt = Type.String({ format: 'date-time', maxLength: 40 })
const Day = Type.String({
  format: 'date',
  pattern: YEAR_ONE,
  description: 'As the calendar at the place showed it: `2026-05-04`.',
})

/** Something that happened: what people keep of it is shown together, on a timeline. */
export const TimelineEvent = Type.Object({
  id: Id,
  organizationId: Id,
  kind: TimelineEventKind,
  title: Type.String(),
  text: Type.String(),
  folderId: Type.Optional(
    Type.String({ format: 'uuid', description: 'The folder it is in; told to whoever may change the event.' }),
  ),
  happenedAt: Type.String({
    format: 'date-time',
    description: 'With the offset of the place: the first of its pictures that a camera dated, unless set by hand.',
  }),
  happenedFrom: OneOf(happenedSources),
  pictureCount: Type.Integer({ minimum: 0, description: 'Those that the caller may read.' }),
  cover: Type.Array(File, { description: 'The first few that the caller may read, in their order.' }),
  tags: Type.Array(TagRef),
  createdAt: Timestamp,
  createdBy: Person,
  trashedAt: Type.Optional(Timestamp),
  rights: Rights,
})
export type TimelineEvent = Static<typeof TimelineEvent>

/** A file as an event shows it. */
export const Picture = Type.Object({ file: File, caption: Type.String() })
export type Picture = Static<typeof Picture>

/** One that is put into an event: undoing its removal gives its caption back. */
const NewPicture = Type.Object({ fileId: Id, caption: Type.Optional(Caption) }, { additionalProperties: false })

const organizationParams = Type.Object({ organizationId: Id })
const eventParams = Type.Object({ eventId: Id })
const pictureParams = Type.Object({ eventId: Id, fileId: Id })
const EventIds = Type.Array(Id, { minItems: 1, maxItems: MOST_EVENTS_AT_ONCE })

const Filter = {
  kind: Type.Optional(TimelineEventKind),
  tagId: Type.Optional(Id),
  authorId: Type.Optional(Id),
  folderId: Type.Optional(Id),
  from: Type.Optional(Day),
  to: Type.Optional(Day),
  trashed: Type.Optional(Type.Boolean({ description: 'Those in the trash instead of those that are not.' })),
}
export type TimelineEventFilter = {
  kind?: TimelineEventKind
  tagId?: string
  authorId?: string
  folderId?: string
  from?: string
  to?: string
  trashed?: boolean
}

export const createTimelineEvent = endpoint({
  id: 'createTimelineEvent',
  summary: 'Make a photo, a photo series or a video clip of files that the caller may read, with a title of its own',
  room: 'timeline',
  method: 'POST',
  path: '/organizations/:organizationId/events',
  requires: { kind: 'member', role: 'guest', scope: 'write' },
  params: organizationParams,
  body: Type.Object(
    {
      kind: TimelineEventKind,
      title: EventTitle,
      text: Type.Optional(EventText),
      folderId: Type.Optional(Id),
      happenedAt: Type.Optional(HappenedAt),
      fileIds: Type.Array(Id, { minItems: 1, maxItems: MOST_PICTURES_AT_ONCE, uniqueItems: true }),
      tagIds: Type.Optional(Type.Array(Id, { maxItems: 50, uniqueItems: true })),
    },
    { additionalProperties: false },
  ),
  response: TimelineEvent,
  status: 201,
})

export const listTimelineEvents = endpoint({
  id: 'listTimelineEvents',
  summary: 'Events that the caller may read; those that happened last come first',
  room: 'timeline',
  method: 'GET',
  path: '/organizations/:organizationId/events',
  requires: { kind: 'member', role: 'guest', scope: 'read' },
  params: organizationParams,
  query: Type.Object({ ...PageQuery, ...Filter }),
  response: Page(TimelineEvent),
})

export const getTimelineEvent = endpoint({
  id: 'getTimelineEvent',
  summary: 'One event',
  room: 'timeline',
  method: 'GET',
  path: '/events/:eventId',
  requires: { kind: 'right', right: 'read' },
  params: eventParams,
  response: TimelineEvent,
})

export const changeTimelineEvent = endpoint({
  id: 'changeTimelineEvent',
  summary: 'Give an event another title, text or time; null as its time: that of its pictures again',
  room: 'timeline',
  method: 'PATCH',
  path: '/events/:eventId',
  requires: { kind: 'right', right: 'write' },
  params: eventParams,
  body: Type.Object(
    {
      title: Type.Optional(EventTitle),
      text: Type.Optional(EventText),
      happenedAt: Type.Optional(Type.Union([HappenedAt, Type.Null()])),
    },
    { additionalProperties: false },
  ),
  response: TimelineEvent,
})

export const trashTimelineEvents = endpoint({
  id: 'trashTimelineEvents',
  summary:
    'Move events to the trash: those of the selection that the caller may change. Their files stay where they are',
  room: 'timeline',
  method: 'POST',
  path: '/organizations/:organizationId/events/trash',
  requires: { kind: 'member', role: 'guest', scope: 'write' },
  params: organizationParams,
  body: Type.Object({ eventIds: EventIds }, { additionalProperties: false }),
  response: Batch,
})

export const restoreTimelineEvents = endpoint({
  id: 'restoreTimelineEvents',
  summary: 'Take events back from the trash, whole: a selection, or just what one batch put there',
  room: 'timeline',
  method: 'POST',
  path: '/organizations/:organizationId/events/restore',
  requires: { kind: 'member', role: 'guest', scope: 'write' },
  params: organizationParams,
  body: Type.Union([
    Type.Object({ eventIds: EventIds }, { additionalProperties: false }),
    Type.Object({ batchId: Id }, { additionalProperties: false }),
  ]),
  response: Batch,
})

export const moveTimelineEvents = endpoint({
  id: 'moveTimelineEvents',
  summary: 'Move events into a folder, or to the top. All of them or none; their files stay where they are',
  room: 'timeline',
  method: 'POST',
  path: '/organizations/:organizationId/events/move',
  requires: { kind: 'member', role: 'guest', scope: 'write' },
  params: organizationParams,
  body: Type.Object(
    {
      eventIds: EventIds,
      folderId: Type.Union([Id, Type.Null()], { description: 'Where to; null is the top.' }),
    },
    { additionalProperties: false },
  ),
  response: Type.Object({ count: Type.Integer({ minimum: 0 }) }),
})

const TagIds = Type.Array(Id, { maxItems: 50 })

export const tagTimelineEvents = endpoint({
  id: 'tagTimelineEvents',
  summary: 'Give tags to events and take others from them: those of the selection that the caller may change',
  room: 'timeline',
  method: 'POST',
  path: '/organizations/:organizationId/events/tags',
  requires: { kind: 'member', role: 'guest', scope: 'write' },
  params: organizationParams,
  body: Type.Object(
    { eventIds: EventIds, add: Type.Optional(TagIds), remove: Type.Optional(TagIds) },
    { additionalProperties: false },
  ),
  response: Type.Object({
    count: Type.Integer({ minimum: 0, description: 'Events that were changed.' }),
    eventIds: Type.Array(Id, { description: 'Which those are: undoing changes just these.' }),
  }),
})

export const listPictures = endpoint({
  id: 'listPictures',
  summary: 'What an event shows, in its order: those files that the caller may read',
  room: 'timeline',
  method: 'GET',
  path: '/events/:eventId/pictures',
  requires: { kind: 'right', right: 'read' },
  params: eventParams,
  query: Type.Object(PageQuery),
  response: Page(Picture),
})

export const addPictures = endpoint({
  id: 'addPictures',
  summary:
    'Show more files in a series, at its end or behind one of those it shows. One that it shows already stays as it is',
  room: 'timeline',
  method: 'POST',
  path: '/events/:eventId/pictures',
  requires: { kind: 'right', right: 'write' },
  params: eventParams,
  body: Type.Object(
    {
      pictures: Type.Array(NewPicture, { minItems: 1, maxItems: MOST_PICTURES_AT_ONCE }),
      afterFileId: Type.Optional(
        Type.Union([Id, Type.Null()], { description: 'Behind which; null: before all others. Absent: at the end.' }),
      ),
    },
    { additionalProperties: false },
  ),
  response: Type.Object({
    addedIds: Type.Array(Id),
    alreadyIds: Type.Array(Id, { description: 'Those that it showed already.' }),
    unshared: Type.Optional({
      ...Unshared,
      description: 'Of those that were added: what whoever was given the event cannot see. To whoever may share it.',
    }),
  }),
})

export const captionPicture = endpoint({
  id: 'captionPicture',
  summary: 'Write something beside a picture of an event',
  room: 'timeline',
  method: 'PATCH',
  path: '/events/:eventId/pictures/:fileId',
  requires: { kind: 'right', right: 'write' },
  params: pictureParams,
  body: Type.Object({ caption: Caption }, { additionalProperties: false }),
  response: Nothing,
  status: 204,
})

export const movePicture = endpoint({
  id: 'movePicture',
  summary: 'Put a picture of a series behind another one, or before all others',
  room: 'timeline',
  method: 'POST',
  path: '/events/:eventId/pictures/:fileId/move',
  requires: { kind: 'right', right: 'write' },
  params: pictureParams,
  body: Type.Object(
    { afterFileId: Type.Union([Id, Type.Null()], { description: 'Behind which; null: before all others.' }) },
    { additionalProperties: false },
  ),
  response: Nothing,
  status: 204,
})

export const removePicture = endpoint({
  id: 'removePicture',
  summary: 'Show a file in an event no longer; the file itself stays',
  room: 'timeline',
  method: 'DELETE',
  path: '/events/:eventId/pictures/:fileId',
  requires: { kind: 'right', right: 'write' },
  params: pictureParams,
  response: Nothing,
  status: 204,
})
