import { Type, type Static } from 'typebox'
import { Id, OneOf } from './common.ts'
import { endpoint } from './endpoint.ts'
import { EventText, EventTitle } from './timeline-events.ts'

/** Where the cutting of a clip stands. */
export const trimStates = ['waiting', 'running', 'done', 'failed'] as const

/** A part that is cut out of a video and becomes a file, and a clip, of its own. The video stays as it is. */
export const Trim = Type.Object({
  id: Id,
  organizationId: Id,
  status: OneOf(trimStates),
  progress: Type.Number({ minimum: 0, maximum: 1 }),
  failure: Type.Optional(Type.String()),
  fileId: Type.Optional(Type.String({ format: 'uuid', description: 'What was made of it.' })),
  eventId: Type.Optional(Type.String({ format: 'uuid', description: 'The clip that shows it.' })),
})
export type Trim = Static<typeof Trim>

export const trimToClip = endpoint({
  id: 'trimToClip',
  summary: 'Cut a part out of a video, as a file of its own, and make a clip of that. Needs to download and add files',
  room: 'timeline',
  method: 'POST',
  path: '/organizations/:organizationId/events/trims',
  requires: { kind: 'member', role: 'guest', scope: 'write' },
  params: Type.Object({ organizationId: Id }),
  body: Type.Object(
    {
      fileId: Id,
      startMs: Type.Integer({ minimum: 0 }),
      lengthMs: Type.Optional(
        Type.Integer({ minimum: 1, description: 'As long as a clip may be, or as the video is, unless said.' }),
      ),
      title: EventTitle,
      text: Type.Optional(EventText),
      folderId: Type.Optional(Id),
    },
    { additionalProperties: false },
  ),
  response: Trim,
  status: 201,
})

export const getTrim = endpoint({
  id: 'getTrim',
  summary: 'How far the cutting of a clip has come, for whoever asked for it',
  room: 'timeline',
  method: 'GET',
  path: '/trims/:trimId',
  requires: { kind: 'user', scope: 'read' },
  params: Type.Object({ trimId: Id }),
  response: Trim,
})
