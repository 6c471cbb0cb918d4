import { Type, type Static } from 'typebox'
import { Role } from './access.ts'
import { Bytes, Id, OneOf, SizeBytes, Timestamp } from './common.ts'
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

/** `suspended` and `closing` are read-only; `erasing` is seen by the administrator alone, for nobody is in it any more. */
export const organizationStatuses = ['active', 'suspended', 'closing', 'erasing'] as const
export const OrganizationStatus = OneOf(organizationStatuses)
export type OrganizationStatus = (typeof organizationStatuses)[number]

export const tiers = ['free', 'team', 'business', 'unlimited'] as const
export const Tier = OneOf(tiers)
export type Tier = (typeof tiers)[number]

const GIB = 1024 ** 3

/** The plan of each tier. What it leaves out is limited by the installation alone. */
export const plans: Record<Tier, { storageBytes?: number; maxMembers?: number; maxFileBytes?: number }> = {
  free: { storageBytes: 5 * GIB, maxMembers: 5, maxFileBytes: GIB },
  team: { storageBytes: 200 * GIB, maxMembers: 50, maxFileBytes: 5 * GIB },
  business: { storageBytes: 2_000 * GIB, maxMembers: 500 },
  unlimited: {},
}

/** What somebody mostly does here; the page puts that first. It gives no right. */
export const personas = ['client', 'designer', 'admin'] as const
export const Persona = OneOf(personas)
export type Persona = (typeof personas)[number]

const LINE = '^[^\\u0000-\\u001f\\u007f]*\\S[^\\u0000-\\u001f\\u007f]*$'
const OPTIONAL_LINE = '^[^\\u0000-\\u001f\\u007f]*$'
const Name = Type.String({ minLength: 1, maxLength: 100, pattern: LINE })
const Email = Type.String({ minLength: 3, maxLength: 254, pattern: '^[^\\s@\\u0000]+@[^\\s@\\u0000]+$' })
/** Its part of an address: lower-case letters, figures and single hyphens between them. */
export const Slug = Type.String({ minLength: 2, maxLength: 60, pattern: '^[a-z0-9](-?[a-z0-9])*$' })
const Description = Type.String({ maxLength: 2_000, pattern: '^[^\\u0000]*$' })
const Location = Type.String({ maxLength: 200, pattern: OPTIONAL_LINE })
const Website = Type.String({ maxLength: 300, pattern: '^[hH][tT][tT][pP][sS]?://[^\\s\\u0000-\\u001f\\u007f]+$' })
/** BCP 47, as far as a page needs it: `en`, `pt-BR`. */
const Language = Type.String({ maxLength: 12, pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$' })

/** A way to reach the organization: "Front desk", "+47 55 00 00 00". */
export const Contact = Type.Object(
  {
    label: Type.String({ minLength: 1, maxLength: 60, pattern: LINE }),
    value: Type.String({ minLength: 1, maxLength: 200, pattern: LINE }),
  },
  { additionalProperties: false },
)
export type Contact = Static<typeof Contact>

/** How long a video clip may be where nobody has said, and anywhere. */
export const CLIP_LIMIT_SECONDS = 120
export const MOST_CLIP_SECONDS = 3_600

const settings = {
  persona: Type.Optional(
    Type.Union([Persona, Type.Null()], {
      description: 'Given to new members; null for none. Changes nobody who is in.',
    }),
  ),
  language: Type.Optional(Type.Union([Language, Type.Null()], { description: 'For those who chose none themselves.' })),
  clipLimitSeconds: Type.Optional(
    Type.Integer({ minimum: 1, maximum: MOST_CLIP_SECONDS, description: 'How long a video clip may be.' }),
  ),
  requiresSecondFactor: Type.Optional(
    Type.Boolean({
      description: 'Members without a second factor are kept out until they have one. For owners to set.',
    }),
  ),
}
export const OrganizationSettings = Type.Object(settings, { additionalProperties: false })
export type OrganizationSettings = Static<typeof OrganizationSettings>

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

/** What the plan sets. Absent: only the installation does. */
export const PlanLimits = Type.Object({
  maxMembers: Type.Optional(Type.Integer()),
  maxFileBytes: Type.Optional(SizeBytes),
})
export type PlanLimits = Static<typeof PlanLimits>

/**
 * An organization as the caller may see it. Everybody in it learns the first part, guests included; members learn the
 * second; admins and owners all. Whoever is barred learns no more than its name and that they are barred.
 */
export const Organization = Type.Object({
  id: Id,
  slug: Type.String(),
  name: Type.String(),
  type: OrganizationType,
  role: Role,
  status: OrganizationStatus,
  isBarred: Type.Boolean({
    description: 'It requires a second factor, and the caller has none: set one up to be let in again.',
  }),
  logoVersion: Type.Optional(Type.String({ description: 'Present when there is a logo; changes with it.' })),
  eraseAt: Type.Optional(Timestamp),
  createdAt: Timestamp,
  allowedKinds: AllowedKinds,
  description: Type.Optional(Type.String()),
  language: Type.Optional(Type.String()),
  clipLimitSeconds: Type.Optional(Type.Integer({ description: 'How long a video clip may be.' })),
  persona: Type.Optional(Persona),

  location: Type.Optional(Type.String()),
  website: Type.Optional(Type.String()),
  contacts: Type.Optional(Type.Array(Contact)),
  quota: Type.Optional(Quota),
  tier: Type.Optional(Tier),
  limits: Type.Optional(PlanLimits),

  settings: Type.Optional(OrganizationSettings),
  billingEmail: Type.Optional(Type.String()),
})
export type Organization = Static<typeof Organization>

const organizationParams = Type.Object({ organizationId: Id })

export const createOrganization = endpoint({
  id: 'createOrganization',
  summary: 'Create an organization and own it',
  room: 'organizations',
  method: 'POST',
  path: '/organizations',
  requires: { kind: 'user', scope: 'manage' },
  body: Type.Object({ name: Name, type: OrganizationType }, { additionalProperties: false }),
  response: Organization,
  status: 201,
})

export const listOrganizations = endpoint({
  id: 'listOrganizations',
  summary: 'The organizations that the caller is in, those they are barred from included',
  room: 'organizations',
  method: 'GET',
  path: '/organizations',
  requires: { kind: 'user', scope: 'read' },
  response: Type.Object({ items: Type.Array(Organization) }),
})

export const getOrganization = endpoint({
  id: 'getOrganization',
  summary: 'One organization, as the caller may see it',
  room: 'organizations',
  method: 'GET',
  path: '/organizations/:organizationId',
  requires: { kind: 'member', role: 'guest', scope: 'read' },
  params: organizationParams,
  response: Organization,
})

export const updateOrganization = endpoint({
  id: 'updateOrganization',
  summary: 'Change what an organization says of itself, what may be uploaded to it, and its settings',
  room: 'organizations',
  method: 'PATCH',
  path: '/organizations/:organizationId',
  requires: { kind: 'member', role: 'admin', scope: 'manage' },
  params: organizationParams,
  body: Type.Object(
    {
      name: Type.Optional(Name),
      slug: Type.Optional(Slug),
      type: Type.Optional(OrganizationType),
      description: Type.Optional(Description),
      location: Type.Optional(Location),
      website: Type.Optional(Type.Union([Website, Type.Null()])),
      contacts: Type.Optional(Type.Array(Contact, { maxItems: 10 })),
      allowedKinds: Type.Optional(AllowedKinds),
      settings: Type.Optional(OrganizationSettings),
      billingEmail: Type.Optional(Type.Union([Email, Type.Null()])),
    },
    { additionalProperties: false },
  ),
  response: Organization,
})

/** Largest picture that is taken as a logo. */
export const LOGO_MAX_BYTES = 512 * 1024

export const setLogo = endpoint({
  id: 'setLogo',
  summary: 'Give an organization a logo: a JPEG, PNG or WebP, which is made anew without what else it holds',
  room: 'organizations',
  method: 'PUT',
  path: '/organizations/:organizationId/logo',
  requires: { kind: 'member', role: 'admin', scope: 'manage' },
  params: organizationParams,
  body: Type.Object(
    {
      image: Type.String({
        maxLength: Math.ceil(LOGO_MAX_BYTES / 3) * 4,
        pattern: '^[A-Za-z0-9+/]+={0,2}$',
        description: 'The picture in base64.',
      }),
    },
    { additionalProperties: false },
  ),
  response: Organization,
})

export const removeLogo = endpoint({
  id: 'removeLogo',
  summary: 'Take the logo away',
  room: 'organizations',
  method: 'DELETE',
  path: '/organizations/:organizationId/logo',
  requires: { kind: 'member', role: 'admin', scope: 'manage' },
  params: organizationParams,
  response: Organization,
})

export const getLogo = endpoint({
  id: 'getLogo',
  summary: 'The logo',
  room: 'organizations',
  method: 'GET',
  path: '/organizations/:organizationId/logo',
  requires: { kind: 'member', role: 'guest', scope: 'read' },
  params: organizationParams,
  query: Type.Object({ v: Type.Optional(Type.String({ maxLength: 40 })) }),
  response: Bytes,
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

const ListedOrganization = Type.Object({
  id: Id,
  slug: Type.String(),
  name: Type.String(),
  type: OrganizationType,
  status: OrganizationStatus,
  tier: Tier,
  billingEmail: Type.Optional(Type.String()),
  billingReference: Type.Optional(Type.String()),
  memberCount: Type.Integer(),
  eraseAt: Type.Optional(Timestamp),
  quota: Quota,
  createdAt: Timestamp,
})

export const listAllOrganizations = endpoint({
  id: 'listAllOrganizations',
  summary: 'Every organization of the installation, with its plan and quota and without its files',
  room: 'organizations',
  method: 'GET',
  path: '/installation/organizations',
  requires: { kind: 'administrator' },
  response: Type.Object({ items: Type.Array(ListedOrganization) }),
})

export const setPlan = endpoint({
  id: 'setPlan',
  summary: "Set an organization's tier, suspend it or let it go on, and name it as the bills do",
  room: 'organizations',
  method: 'PATCH',
  path: '/installation/organizations/:organizationId',
  requires: { kind: 'administrator' },
  params: organizationParams,
  body: Type.Object(
    {
      tier: Type.Optional(Tier),
      status: Type.Optional(OneOf(['active', 'suspended'])),
      billingReference: Type.Optional(
        Type.Union([Type.String({ minLength: 1, maxLength: 200, pattern: LINE }), Type.Null()]),
      ),
    },
    { additionalProperties: false },
  ),
  response: ListedOrganization,
})

export const askErasure = endpoint({
  id: 'askErasure',
  summary: 'Ask to erase an organization. Nothing happens until it is confirmed with what this responds',
  room: 'organizations',
  method: 'POST',
  path: '/organizations/:organizationId/erasure',
  requires: { kind: 'member', role: 'owner', scope: 'none' },
  params: organizationParams,
  body: Type.Object(
    { name: Type.String({ maxLength: 100, description: 'The name of the organization, as it is written.' }) },
    { additionalProperties: false },
  ),
  response: Type.Object({
    confirmation: Type.String({ description: 'To be sent back within ten minutes.' }),
    fileCount: Type.Integer(),
    usedBytes: SizeBytes,
    memberCount: Type.Integer(),
    delayDays: Type.Number(),
  }),
  status: 201,
})

export const confirmErasure = endpoint({
  id: 'confirmErasure',
  summary:
    'Confirm that an organization is to be erased when the delay is over; until then it is read-only. Confirm first that it is you',
  room: 'organizations',
  method: 'POST',
  path: '/organizations/:organizationId/erasure/confirm',
  requires: { kind: 'member', role: 'owner', scope: 'none' },
  params: organizationParams,
  body: Type.Object({ confirmation: Type.String({ minLength: 1, maxLength: 100 }) }, { additionalProperties: false }),
  response: Organization,
})

export const cancelErasure = endpoint({
  id: 'cancelErasure',
  summary: 'Keep the organization after all; any owner may, until it happens',
  room: 'organizations',
  method: 'DELETE',
  path: '/organizations/:organizationId/erasure',
  requires: { kind: 'member', role: 'owner', scope: 'manage' },
  params: organizationParams,
  response: Organization,
})
