import { Type, type Static } from 'typebox'
import { Id, Nothing } from './common.ts'
import { endpoint } from './endpoint.ts'
import { Grant, GrantBody, Principal } from './grants.ts'

// Showing a file gives nobody a right on it. An event is given together with its pictures by what stands here, and only
// by whoever may share those pictures.

/** People are counted no further than this. */
export const MOST_PEOPLE_COUNTED = 200
/** So many grants are made at once; whoever asks again gives the rest. */
export const MOST_GIVEN_AT_ONCE = 1_000

/** Pictures of an event that the caller may share, and that somebody who was given the event cannot see. */
export const Unshared = Type.Object({
  pictures: Type.Integer({ minimum: 0 }),
  people: Type.Integer({
    minimum: 0,
    description: `Who may read the event and not all of these pictures; no further than ${MOST_PEOPLE_COUNTED}.`,
  }),
  principals: Type.Array(Principal, { description: 'Whom the event was given to, and they with it.' }),
})
export type Unshared = Static<typeof Unshared>

const eventParams = Type.Object({ eventId: Id })
const FileIds = Type.Array(Id, { minItems: 1, maxItems: MOST_GIVEN_AT_ONCE, uniqueItems: true })

export const getUnshared = endpoint({
  id: 'getUnshared',
  summary: 'Which pictures of an event those whom it was given to cannot see, as far as the caller may share them',
  room: 'timeline',
  method: 'GET',
  path: '/events/:eventId/sharing',
  requires: { kind: 'right', right: 'share' },
  params: eventParams,
  response: Unshared,
})

export const shareEvent = endpoint({
  id: 'shareEvent',
  summary:
    'Grant rights on an event, and along with it on those of its pictures that the caller may share: no more than they hold on each',
  room: 'timeline',
  method: 'PUT',
  path: '/events/:eventId/sharing',
  requires: { kind: 'right', right: 'share' },
  params: eventParams,
  body: Type.Object(
    { ...GrantBody.properties, fileIds: Type.Optional({ ...FileIds, description: 'Of its pictures only these.' }) },
    { additionalProperties: false },
  ),
  response: Type.Object({ grant: Grant, pictures: Type.Integer({ minimum: 0 }) }),
})

export const shareMissing = endpoint({
  id: 'shareMissing',
  summary:
    'Give pictures of an event to those who were given the event and cannot see them: the rights and the end of that grant, and no more than the caller holds. Asking twice gives nothing twice',
  room: 'timeline',
  method: 'POST',
  path: '/events/:eventId/sharing',
  requires: { kind: 'right', right: 'share' },
  params: eventParams,
  body: Type.Object(
    { fileIds: Type.Optional({ ...FileIds, description: 'Of its pictures only these.' }) },
    { additionalProperties: false },
  ),
  response: Type.Object({
    pictures: Type.Integer({ minimum: 0 }),
    grantIds: Type.Array(Id, { description: 'What undoing takes back.' }),
  }),
})

export const unshareAgain = endpoint({
  id: 'unshareAgain',
  summary: 'Take back what the caller has just given of the pictures of an event; what is gone already is passed over',
  room: 'timeline',
  method: 'POST',
  path: '/events/:eventId/sharing/undo',
  requires: { kind: 'right', right: 'share' },
  params: eventParams,
  body: Type.Object(
    { grantIds: Type.Array(Id, { minItems: 1, maxItems: MOST_GIVEN_AT_ONCE, uniqueItems: true }) },
    { additionalProperties: false },
  ),
  response: Nothing,
  status: 204,
})

export const takeEventBack = endpoint({
  id: 'takeEventBack',
  summary: 'Take a grant on an event back, with what was given along with it; what was given on a file itself stays',
  room: 'timeline',
  method: 'DELETE',
  path: '/events/:eventId/sharing/:eventGrantId',
  requires: { kind: 'right', right: 'share' },
  params: Type.Object({ eventId: Id, eventGrantId: Id }),
  response: Type.Object({
    fileIds: Type.Array(Id, { description: 'Which files that the caller may read were given along with it.' }),
  }),
})
