import { Type, type Static } from 'typebox'
import { Role } from './access.ts'
import { Id, Nothing, Page, PageQuery, Timestamp } from './common.ts'
import { endpoint } from './endpoint.ts'
import { Organization, Persona } from './organizations.ts'

export const Member = Type.Object({
  userId: Id,
  name: Type.String(),
  email: Type.String(),
  role: Role,
  persona: Type.Optional(Persona),
  isBarred: Type.Boolean({ description: 'Kept out until they have a second factor.' }),
  createdAt: Timestamp,
})
export type Member = Static<typeof Member>

const organizationParams = Type.Object({ organizationId: Id })
const memberParams = Type.Object({ organizationId: Id, userId: Id })

export const listMembers = endpoint({
  id: 'listMembers',
  summary: 'The members of an organization, guests included',
  room: 'organizations',
  method: 'GET',
  path: '/organizations/:organizationId/members',
  requires: { kind: 'member', role: 'member', scope: 'read' },
  params: organizationParams,
  query: Type.Object({
    ...PageQuery,
    search: Type.Optional(
      Type.String({ minLength: 1, maxLength: 100, description: 'A part of the name or of the e-mail address.' }),
    ),
    role: Type.Optional(Role),
  }),
  response: Page(Member),
})

export const addMember = endpoint({
  id: 'addMember',
  summary: 'Add a person who has an account; nobody gives a stronger role than their own',
  room: 'organizations',
  method: 'POST',
  path: '/organizations/:organizationId/members',
  requires: { kind: 'member', role: 'admin', scope: 'manage' },
  params: organizationParams,
  body: Type.Object(
    { email: Type.String({ minLength: 3, maxLength: 254 }), role: Role },
    { additionalProperties: false },
  ),
  response: Member,
  status: 201,
})

export const updateMember = endpoint({
  id: 'updateMember',
  summary: "Change a member's role or persona; only owners make or unmake owners",
  room: 'organizations',
  method: 'PATCH',
  path: '/organizations/:organizationId/members/:userId',
  requires: { kind: 'member', role: 'admin', scope: 'manage' },
  params: memberParams,
  body: Type.Object(
    { role: Type.Optional(Role), persona: Type.Optional(Type.Union([Persona, Type.Null()])) },
    { additionalProperties: false },
  ),
  response: Member,
})

export const removeMember = endpoint({
  id: 'removeMember',
  summary: 'Remove a member; what they uploaded stays with the organization',
  room: 'organizations',
  method: 'DELETE',
  path: '/organizations/:organizationId/members/:userId',
  requires: { kind: 'member', role: 'admin', scope: 'manage' },
  params: memberParams,
  response: Nothing,
  status: 204,
})

export const leaveOrganization = endpoint({
  id: 'leaveOrganization',
  summary: 'Leave an organization; what the caller uploaded stays with it',
  room: 'organizations',
  method: 'POST',
  path: '/organizations/:organizationId/leave',
  requires: { kind: 'member', role: 'guest', scope: 'manage' },
  params: organizationParams,
  response: Nothing,
  status: 204,
})

export const handOverOrganization = endpoint({
  id: 'handOverOrganization',
  summary: 'Make another member owner and oneself admin, both at once; confirm first that it is you',
  room: 'organizations',
  method: 'POST',
  path: '/organizations/:organizationId/handover',
  requires: { kind: 'member', role: 'owner', scope: 'none' },
  params: organizationParams,
  body: Type.Object({ userId: Id }, { additionalProperties: false }),
  response: Organization,
})
