import { Type, type Static } from 'typebox'
import { Right, Rights, Role } from './access.ts'
import { Id, Nothing, OneOf, Page, PageQuery, Person, Timestamp } from './common.ts'
import { endpoint } from './endpoint.ts'

/** Whom rights can be granted to. */
export const principalKinds = ['user', 'team', 'organization'] as const
export const PrincipalKind = OneOf(principalKinds)
export type PrincipalKind = (typeof principalKinds)[number]

export const Principal = Type.Object({
  kind: PrincipalKind,
  id: Id,
  name: Type.String({ description: 'Of the person, the team or the organization.' }),
})
export type Principal = Static<typeof Principal>

const GrantedRights = Type.Array(Right, {
  minItems: 1,
  uniqueItems: true,
  description: 'Reading comes with every other right.',
})

/** A file or a folder, as far as somebody who may read it needs to recognise it. */
export const ResourceName = Type.Object({ id: Id, kind: OneOf(['file', 'folder', 'event']), name: Type.String() })
export type ResourceName = Static<typeof ResourceName>

export const Grant = Type.Object({
  id: Id,
  principal: Principal,
  rights: Rights,
  expiresAt: Type.Optional(Timestamp),
  /** Where it was given: the resource itself, or the folder above that it flows down from. */
  on: ResourceName,
  createdAt: Timestamp,
  createdBy: Type.Optional(Person),
  isAlong: Type.Optional(
    Type.Literal(true, { description: 'Given along with an event that shows the file, and taken back with it.' }),
  ),
  alongCount: Type.Optional(
    Type.Integer({ minimum: 1, description: 'So many files that the caller may read were given along with it.' }),
  ),
})
export type Grant = Static<typeof Grant>

/** Why somebody can see something. */
export const Reason = Type.Union([
  Type.Object({ kind: Type.Literal('role'), role: Role }),
  Type.Object({ kind: Type.Literal('uploader') }),
  Type.Object({
    kind: Type.Literal('grant'),
    grantId: Id,
    principal: Principal,
    rights: Rights,
    on: ResourceName,
    expiresAt: Type.Optional(Timestamp),
  }),
])
export type Reason = Static<typeof Reason>

/** One person who can see it, with everything that lets them. */
export const PersonAccess = Type.Object({ person: Person, rights: Rights, reasons: Type.Array(Reason) })
export type PersonAccess = Static<typeof PersonAccess>

const resourceParams = Type.Object({ resourceId: Id })

const PrincipalRef = Type.Object({ kind: PrincipalKind, id: Id }, { additionalProperties: false })
export const GrantBody = Type.Object(
  { principal: PrincipalRef, rights: GrantedRights, expiresAt: Type.Optional(Timestamp) },
  { additionalProperties: false },
)

export const listGrants = endpoint({
  id: 'listGrants',
  summary: 'The grants on a file or folder, and those that flow down to it',
  room: 'access',
  method: 'GET',
  path: '/resources/:resourceId/grants',
  requires: { kind: 'right', right: 'share' },
  params: resourceParams,
  response: Type.Object({ items: Type.Array(Grant) }),
})

export const setGrant = endpoint({
  id: 'setGrant',
  summary: 'Grant rights on a file or folder; in place of what the same principal was granted on it before',
  room: 'access',
  method: 'PUT',
  path: '/resources/:resourceId/grants',
  requires: { kind: 'right', right: 'share' },
  params: resourceParams,
  body: GrantBody,
  response: Grant,
})

export const removeGrant = endpoint({
  id: 'removeGrant',
  summary: 'Take a grant back',
  room: 'access',
  method: 'DELETE',
  path: '/resources/:resourceId/grants/:grantId',
  requires: { kind: 'right', right: 'share' },
  params: Type.Object({ resourceId: Id, grantId: Id }),
  response: Nothing,
  status: 204,
})

export const explainAccess = endpoint({
  id: 'explainAccess',
  summary: 'Who can see this, and why. Without the right to share: only why the caller can',
  room: 'access',
  method: 'GET',
  path: '/resources/:resourceId/access',
  requires: { kind: 'right', right: 'read' },
  params: resourceParams,
  query: Type.Object(PageQuery),
  response: Page(PersonAccess),
})

/** A change that has not been made. */
export const AccessChange = Type.Union([
  Type.Object({ set: GrantBody }, { additionalProperties: false }),
  Type.Object({ removeGrantId: Id }, { additionalProperties: false }),
  Type.Object(
    { moveTo: Type.Union([Id, Type.Null()], { description: 'A folder, or null for the top.' }) },
    { additionalProperties: false },
  ),
])
export type AccessChange = Static<typeof AccessChange>

export const previewAccess = endpoint({
  id: 'previewAccess',
  summary: 'Who would see more or less of a file or folder after a change; nothing is changed',
  room: 'access',
  method: 'POST',
  path: '/resources/:resourceId/access/preview',
  requires: { kind: 'right', right: 'share' },
  params: resourceParams,
  body: AccessChange,
  response: Type.Object({
    changes: Type.Array(Type.Object({ person: Person, before: Rights, after: Rights }), {
      description: 'At most 200 people.',
    }),
    count: Type.Integer({ minimum: 0, description: 'Of all the people whose rights would change.' }),
  }),
})

export const listVisible = endpoint({
  id: 'listVisible',
  summary:
    'What a person can see in an organization, and why: their role, what they uploaded, each grant that is theirs',
  room: 'access',
  method: 'GET',
  path: '/organizations/:organizationId/members/:userId/access',
  requires: { kind: 'member', role: 'admin', scope: 'manage' },
  params: Type.Object({ organizationId: Id, userId: Id }),
  query: Type.Object(PageQuery),
  response: Type.Object({
    role: Role,
    seesEverything: Type.Boolean(),
    uploadedCount: Type.Integer({ minimum: 0 }),
    visibleCount: Type.Integer({ minimum: 0, description: 'Files that they can read, the trash not counted.' }),
    items: Type.Array(Grant, { description: 'Grants to them, to one of their teams or to the organization.' }),
    next: Type.Optional(Type.String()),
  }),
})
