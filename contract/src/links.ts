import { Type, type Static } from 'typebox'
import { Id, Nothing, OneOf, Page, PageQuery, Person, Timestamp } from './common.ts'
import { endpoint } from './endpoint.ts'
import { ResourceName } from './grants.ts'

/** What whoever opens a link may do. To download is to view too; to upload alone is to put files in without seeing any. */
export const linkAbilities = ['view', 'download', 'upload'] as const
export const LinkAbility = OneOf(linkAbilities)
export type LinkAbility = (typeof linkAbilities)[number]

export const Abilities = Type.Array(LinkAbility, { minItems: 1, uniqueItems: true })

/** `used-up`: every download that it allows has been made; it can still be viewed. */
export const linkStates = ['live', 'used-up', 'expired', 'revoked'] as const
export type LinkState = (typeof linkStates)[number]

export const Link = Type.Object({
  id: Id,
  organizationId: Id,
  label: Type.String({ description: 'For its makers, and the title that its guests see. May be empty.' }),
  of: Type.Union([
    ResourceName,
    Type.Object({
      kind: Type.Literal('selection'),
      count: Type.Integer({ minimum: 0 }),
      event: Type.Optional(
        Type.Object(
          { id: Id, name: Type.String() },
          { description: 'Whose pictures it gives, and whose words its guests see. To whoever may read it.' },
        ),
      ),
    }),
  ]),
  allows: Abilities,
  status: OneOf(linkStates),
  keepsMetadata: Type.Boolean({ description: 'Originals go out as they are; otherwise copies without metadata do.' }),
  keepsNames: Type.Boolean({ description: 'Guests see the names of files and folders; otherwise neutral ones.' }),
  hasPassword: Type.Boolean(),
  boundEmail: Type.Optional(
    Type.String({ description: 'Only for whoever reads mail at this address: a code is sent there.' }),
  ),
  boundNetwork: Type.Optional(
    Type.String({ description: 'Only from this address or network, such as 192.0.2.7 or 192.0.2.0/24.' }),
  ),
  maxDownloads: Type.Optional(Type.Integer({ minimum: 1 })),
  downloads: Type.Integer({ minimum: 0, description: 'Completed deliveries of an original, or of all as a ZIP.' }),
  visits: Type.Integer({ minimum: 0 }),
  lastUsedAt: Type.Optional(Timestamp),
  expiresAt: Type.Optional(Timestamp),
  revokedAt: Type.Optional(Timestamp),
  createdAt: Timestamp,
  createdBy: Person,
})
export type Link = Static<typeof Link>

/** Told once: only its hash is kept. */
export const CreatedLink = Type.Object({
  ...Link.properties,
  token: Type.String(),
  url: Type.String({
    description:
      'Where its page is; only the path when this installation does not know its own address. The secret is behind the #, which browsers send to nobody.',
  }),
})
export type CreatedLink = Static<typeof CreatedLink>

const Label = Type.String({ maxLength: 200, pattern: '^[^\\u0000-\\u001f\\u007f]*$' })
const Password = Type.String({ minLength: 4, maxLength: 72, description: 'At most 72 bytes of UTF-8.' })
const BoundEmail = Type.String({ minLength: 3, maxLength: 254, pattern: '^[^\\s@]+@[^\\s@]+$' })
const BoundNetwork = Type.String({ minLength: 2, maxLength: 50 })
const MaxDownloads = Type.Integer({ minimum: 1, maximum: 1_000_000 })

/** 24 hours and one download unless said otherwise. */
export const LINK_HOURS = 24
export const LINK_DOWNLOADS = 1

const Terms = {
  allows: Abilities,
  label: Type.Optional(Label),
  keepsMetadata: Type.Optional(Type.Boolean()),
  keepsNames: Type.Optional(Type.Boolean()),
  password: Type.Optional(Password),
  boundEmail: Type.Optional(BoundEmail),
  boundNetwork: Type.Optional(BoundNetwork),
  maxDownloads: Type.Optional(
    Type.Union([MaxDownloads, Type.Null()], { description: `${LINK_DOWNLOADS} unless said; null: as many as wanted.` }),
  ),
  expiresAt: Type.Optional(
    Type.Union([Timestamp, Type.Null()], { description: `In ${LINK_HOURS} hours unless said; null: never.` }),
  ),
}

const organizationParams = Type.Object({ organizationId: Id })
const linkParams = Type.Object({ linkId: Id })

export const createLink = endpoint({
  id: 'createLink',
  summary: 'Make a link to a file or folder: a secret address for people without an account',
  room: 'links',
  method: 'POST',
  path: '/resources/:resourceId/links',
  requires: { kind: 'right', right: 'share' },
  params: Type.Object({ resourceId: Id }),
  body: Type.Object(Terms, { additionalProperties: false }),
  response: CreatedLink,
  status: 201,
})

export const createSelectionLink = endpoint({
  id: 'createSelectionLink',
  summary:
    'Make one link to several files; the caller must have the right to share each. As a link of an event, its guests see the title, text, date, order and captions of that too',
  room: 'links',
  method: 'POST',
  path: '/organizations/:organizationId/links',
  requires: { kind: 'member', role: 'guest', scope: 'share' },
  params: organizationParams,
  body: Type.Object(
    {
      ...Terms,
      fileIds: Type.Array(Id, { minItems: 1, maxItems: 1000, uniqueItems: true }),
      eventId: Type.Optional({
        ...Id,
        description: 'The event that shows them; the caller must have the right to share it.',
      }),
    },
    { additionalProperties: false },
  ),
  response: CreatedLink,
  status: 201,
})

export const listResourceLinks = endpoint({
  id: 'listResourceLinks',
  summary:
    'Links through which a file or folder can be reached, or that are of an event, newest first; whose ever they are',
  room: 'links',
  method: 'GET',
  path: '/resources/:resourceId/links',
  requires: { kind: 'right', right: 'share' },
  params: Type.Object({ resourceId: Id }),
  query: Type.Object(PageQuery),
  response: Page(Link),
})

export const listLinks = endpoint({
  id: 'listLinks',
  summary: 'Links that the caller has made, newest first; all of the organization for its owners and admins',
  room: 'links',
  method: 'GET',
  path: '/organizations/:organizationId/links',
  requires: { kind: 'member', role: 'guest', scope: 'share' },
  params: organizationParams,
  query: Type.Object({
    ...PageQuery,
    everyone: Type.Optional(Type.Boolean({ description: "Everybody's, for owners and admins." })),
  }),
  response: Page(Link),
})

export const getLink = endpoint({
  id: 'getLink',
  summary: 'One link: for its maker, owners and admins, and whoever may share what it is of',
  room: 'links',
  method: 'GET',
  path: '/links/:linkId',
  requires: { kind: 'user', scope: 'share' },
  params: linkParams,
  response: Link,
})

export const updateLink = endpoint({
  id: 'updateLink',
  summary: 'Change the terms of a link, never what it is of nor what it allows: for its maker, owners and admins',
  room: 'links',
  method: 'PATCH',
  path: '/links/:linkId',
  requires: { kind: 'user', scope: 'share' },
  params: linkParams,
  body: Type.Object(
    {
      label: Terms.label,
      keepsMetadata: Terms.keepsMetadata,
      keepsNames: Terms.keepsNames,
      password: Type.Optional(Type.Union([Password, Type.Null()], { description: 'null removes it.' })),
      boundEmail: Type.Optional(Type.Union([BoundEmail, Type.Null()])),
      boundNetwork: Type.Optional(Type.Union([BoundNetwork, Type.Null()])),
      maxDownloads: Type.Optional(Type.Union([MaxDownloads, Type.Null()])),
      expiresAt: Type.Optional(Type.Union([Timestamp, Type.Null()])),
    },
    { additionalProperties: false },
  ),
  response: Link,
})

export const revokeLink = endpoint({
  id: 'revokeLink',
  summary: 'End a link at once, also for those who have it open; it stays in the lists',
  room: 'links',
  method: 'DELETE',
  path: '/links/:linkId',
  requires: { kind: 'user', scope: 'share' },
  params: linkParams,
  response: Nothing,
  status: 204,
})

export const LinkVisit = Type.Object({
  id: Id,
  at: Timestamp,
  lastSeenAt: Timestamp,
  ip: Type.String(),
  userAgent: Type.Optional(Type.String()),
  email: Type.Optional(Type.String({ description: 'Proven by a code, where the link is bound to it.' })),
  downloads: Type.Integer({ minimum: 0 }),
})
export type LinkVisit = Static<typeof LinkVisit>

export const listLinkVisits = endpoint({
  id: 'listLinkVisits',
  summary: 'Who has opened a link, when and from where, newest first: for its maker, owners and admins',
  room: 'links',
  method: 'GET',
  path: '/links/:linkId/visits',
  requires: { kind: 'user', scope: 'share' },
  params: linkParams,
  query: Type.Object(PageQuery),
  response: Page(LinkVisit),
})
