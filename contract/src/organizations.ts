import { Type, type Static } from 'typebox'
import { Role } from './access.ts'
import { Id, OneOf, SizeBytes, Timestamp } from './common.ts'
import { endpoint } from './endpoint.ts'
import { kinds } from './media-types.ts'

export const organizationTypes = [
  'company',
  'clinic',
  'school',
  'university',
  'studio',
  'family',
  'independent',
] as const
export const OrganizationType = OneOf(organizationTypes)
export type OrganizationType = (typeof organizationTypes)[number]

const Name = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^[^\\u0000-\\u001f\\u007f]*\\S[^\\u0000-\\u001f\\u007f]*$',
})
const AllowedKinds = Type.Array(OneOf(kinds), {
  uniqueItems: true,
  description: 'Kinds of files that may be uploaded.',
})

/** An organization's limit, use and reservations. Originals count, the trash included; variants do not. */
export const Quota = Type.Object({
  limitBytes: SizeBytes,
  usedBytes: SizeBytes,
  reservedBytes: SizeBytes,
  fileCount: Type.Integer({ minimum: 0 }),
})
export type Quota = Static<typeof Quota>

export const Organization = Type.Object({
  id: Id,
  name: Type.String(),
  type: OrganizationType,
  role: Role,
  allowedKinds: AllowedKinds,
  quota: Quota,
  createdAt: Timestamp,
})
export type Organization = Static<typeof Organization>

export const Member = Type.Object({
  userId: Id,
  name: Type.String(),
  email: Type.String(),
  role: Role,
  createdAt: Timestamp,
})
export type Member = Static<typeof Member>

const organizationParams = Type.Object({ organizationId: Id })

export const createOrganization = endpoint({
  id: 'createOrganization',
  summary: 'Create an organization and own it',
  room: 'organizations',
  method: 'POST',
  path: '/organizations',
  requires: { kind: 'user', scope: 'manage' },
  body: Type.Object({ name: Name, type: OrganizationType }),
  response: Organization,
  status: 201,
})

export const listOrganizations = endpoint({
  id: 'listOrganizations',
  summary: 'The organizations that the caller is a member of',
  room: 'organizations',
  method: 'GET',
  path: '/organizations',
  requires: { kind: 'user', scope: 'read' },
  response: Type.Object({ items: Type.Array(Organization) }),
})

export const updateOrganization = endpoint({
  id: 'updateOrganization',
  summary: 'Rename an organization, change its type or what may be uploaded to it',
  room: 'organizations',
  method: 'PATCH',
  path: '/organizations/:organizationId',
  requires: { kind: 'member', role: 'admin', scope: 'manage' },
  params: organizationParams,
  body: Type.Object(
    { name: Type.Optional(Name), type: Type.Optional(OrganizationType), allowedKinds: Type.Optional(AllowedKinds) },
    { additionalProperties: false },
  ),
  response: Organization,
})

export const setQuota = endpoint({
  id: 'setQuota',
  summary: "Set an organization's limit; below what is used it becomes read-only",
  room: 'organizations',
  method: 'PUT',
  path: '/organizations/:organizationId/quota',
  requires: { kind: 'administrator' },
  params: organizationParams,
  body: Type.Object({ limitBytes: SizeBytes }, { additionalProperties: false }),
  response: Quota,
})

export const listAllOrganizations = endpoint({
  id: 'listAllOrganizations',
  summary: 'Every organization of the installation, with its quota and without its files',
  room: 'organizations',
  method: 'GET',
  path: '/installation/organizations',
  requires: { kind: 'administrator' },
  response: Type.Object({
    items: Type.Array(
      Type.Object({ id: Id, name: Type.String(), type: OrganizationType, quota: Quota, createdAt: Timestamp }),
    ),
  }),
})

export const listMembers = endpoint({
  id: 'listMembers',
  summary: 'The members of an organization',
  room: 'organizations',
  method: 'GET',
  path: '/organizations/:organizationId/members',
  requires: { kind: 'member', role: 'member', scope: 'read' },
  params: organizationParams,
  response: Type.Object({ items: Type.Array(Member) }),
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

export const removeMember = endpoint({
  id: 'removeMember',
  summary: 'Remove a member; what they uploaded stays with the organization',
  room: 'organizations',
  method: 'DELETE',
  path: '/organizations/:organizationId/members/:userId',
  requires: { kind: 'member', role: 'admin', scope: 'manage' },
  params: Type.Object({ organizationId: Id, userId: Id }),
  response: Type.Null(),
  status: 204,
})
