import { Type, type Static } from 'typebox'
import { Role } from './access.ts'
import { Id, Nothing, Page, PageQuery, Person, Timestamp } from './common.ts'
import { endpoint } from './endpoint.ts'

const Name = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^[^\\u0000-\\u001f\\u007f]*\\S[^\\u0000-\\u001f\\u007f]*$',
})
const Description = Type.String({ maxLength: 500, pattern: '^[^\\u0000]*$' })

/** A named set of an organization's people. Rights can be granted to it as to a person. */
export const Team = Type.Object({
  id: Id,
  organizationId: Id,
  name: Type.String(),
  description: Type.String(),
  lead: Type.Optional(Person),
  memberCount: Type.Integer({ minimum: 0 }),
  isIn: Type.Boolean({ description: 'Whether the caller is in it.' }),
  mayChange: Type.Boolean({ description: 'Whether the caller may rename or delete it: admins and owners.' }),
  mayChangeMembers: Type.Boolean({ description: 'Whether the caller may add and remove people: its lead may too.' }),
  createdAt: Timestamp,
})
export type Team = Static<typeof Team>

export const TeamMember = Type.Object({
  userId: Id,
  name: Type.String(),
  email: Type.String(),
  role: Role,
  isLead: Type.Boolean(),
  createdAt: Timestamp,
})
export type TeamMember = Static<typeof TeamMember>

const organizationParams = Type.Object({ organizationId: Id })
const teamParams = Type.Object({ organizationId: Id, teamId: Id })
const teamMemberParams = Type.Object({ organizationId: Id, teamId: Id, userId: Id })

export const listTeams = endpoint({
  id: 'listTeams',
  summary: 'The teams of an organization, by name',
  room: 'organizations',
  method: 'GET',
  path: '/organizations/:organizationId/teams',
  requires: { kind: 'member', role: 'member', scope: 'read' },
  params: organizationParams,
  query: Type.Object({
    ...PageQuery,
    search: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'A part of the name.' })),
    userId: Type.Optional(Type.String({ format: 'uuid', description: 'Only the teams that this person is in.' })),
  }),
  response: Page(Team),
})

export const createTeam = endpoint({
  id: 'createTeam',
  summary: 'Create a team',
  room: 'organizations',
  method: 'POST',
  path: '/organizations/:organizationId/teams',
  requires: { kind: 'member', role: 'admin', scope: 'manage' },
  params: organizationParams,
  body: Type.Object(
    { name: Name, description: Type.Optional(Description), leadId: Type.Optional(Id) },
    { additionalProperties: false },
  ),
  response: Team,
  status: 201,
})

export const getTeam = endpoint({
  id: 'getTeam',
  summary: 'One team',
  room: 'organizations',
  method: 'GET',
  path: '/organizations/:organizationId/teams/:teamId',
  requires: { kind: 'member', role: 'member', scope: 'read' },
  params: teamParams,
  response: Team,
})

export const updateTeam = endpoint({
  id: 'updateTeam',
  summary: 'Rename a team, describe it, or say who leads it',
  room: 'organizations',
  method: 'PATCH',
  path: '/organizations/:organizationId/teams/:teamId',
  requires: { kind: 'member', role: 'admin', scope: 'manage' },
  params: teamParams,
  body: Type.Object(
    {
      name: Type.Optional(Name),
      description: Type.Optional(Description),
      leadId: Type.Optional(Type.Union([Id, Type.Null()])),
    },
    { additionalProperties: false },
  ),
  response: Team,
})

export const deleteTeam = endpoint({
  id: 'deleteTeam',
  summary: 'Delete a team; what was granted to it is granted to nobody',
  room: 'organizations',
  method: 'DELETE',
  path: '/organizations/:organizationId/teams/:teamId',
  requires: { kind: 'member', role: 'admin', scope: 'manage' },
  params: teamParams,
  response: Nothing,
  status: 204,
})

export const listTeamMembers = endpoint({
  id: 'listTeamMembers',
  summary: 'The people in a team',
  room: 'organizations',
  method: 'GET',
  path: '/organizations/:organizationId/teams/:teamId/members',
  requires: { kind: 'member', role: 'member', scope: 'read' },
  params: teamParams,
  query: Type.Object(PageQuery),
  response: Page(TeamMember),
})

export const addTeamMember = endpoint({
  id: 'addTeamMember',
  summary: 'Put a member or guest of the organization into a team; admins and its lead may',
  room: 'organizations',
  method: 'PUT',
  path: '/organizations/:organizationId/teams/:teamId/members/:userId',
  requires: { kind: 'member', role: 'member', scope: 'manage' },
  params: teamMemberParams,
  response: Nothing,
  status: 204,
})

export const removeTeamMember = endpoint({
  id: 'removeTeamMember',
  summary: 'Take a person out of a team; admins and its lead may, and each person for themselves',
  room: 'organizations',
  method: 'DELETE',
  path: '/organizations/:organizationId/teams/:teamId/members/:userId',
  requires: { kind: 'member', role: 'member', scope: 'manage' },
  params: teamMemberParams,
  response: Nothing,
  status: 204,
})
