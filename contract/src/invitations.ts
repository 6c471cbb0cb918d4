import { Type, type Static } from 'typebox'
import { Role } from './access.ts'
import { Id, Nothing, OneOf, Page, PageQuery, Person, Timestamp } from './common.ts'
import { endpoint } from './endpoint.ts'
import { PASSWORD_MAX_BYTES, PASSWORD_MIN_CHARACTERS } from './identity.ts'
import { Organization, OrganizationType } from './organizations.ts'

/** Where an offer of membership stands. Only a pending one can be accepted, once. */
export const invitationStatuses = ['pending', 'accepted', 'declined', 'withdrawn', 'expired'] as const
export const InvitationStatus = OneOf(invitationStatuses)
export type InvitationStatus = (typeof invitationStatuses)[number]

export const INVITATION_DAYS = 7

const Email = Type.String({ minLength: 3, maxLength: 254, pattern: '^[^\\s@\\u0000]+@[^\\s@\\u0000]+$' })
const Name = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^[^\\u0000-\\u001f\\u007f]*\\S[^\\u0000-\\u001f\\u007f]*$',
})
const Message = Type.String({ maxLength: 1_000, pattern: '^[^\\u0000]*$' })

/** As the organization's admins see it. The token is in the mail and nowhere else. */
export const Invitation = Type.Object({
  id: Id,
  organizationId: Id,
  email: Type.String(),
  role: Role,
  message: Type.String(),
  teams: Type.Array(Type.Object({ id: Id, name: Type.String() })),
  status: InvitationStatus,
  invitedBy: Person,
  sentAt: Timestamp,
  expiresAt: Timestamp,
  createdAt: Timestamp,
})
export type Invitation = Static<typeof Invitation>

/** As the person invited sees it before they decide. */
export const Offer = Type.Object({
  id: Id,
  organization: Type.Object({ id: Id, name: Type.String(), type: OrganizationType }),
  email: Type.String(),
  role: Role,
  message: Type.String(),
  invitedBy: Type.String({ description: 'A name.' }),
  expiresAt: Timestamp,
})
export type Offer = Static<typeof Offer>

const organizationParams = Type.Object({ organizationId: Id })
const invitationParams = Type.Object({ organizationId: Id, invitationId: Id })
const ownParams = Type.Object({ invitationId: Id })
const Token = Type.String({ minLength: 20, maxLength: 100, description: 'From the fragment of the mailed link.' })
const why = 'The mailed token is the credential: whoever has it reads that mailbox.'

export const invite = endpoint({
  id: 'invite',
  summary: 'Invite somebody by e-mail; nobody invites in a stronger role than their own',
  room: 'organizations',
  method: 'POST',
  path: '/organizations/:organizationId/invitations',
  requires: { kind: 'member', role: 'admin', scope: 'manage' },
  params: organizationParams,
  body: Type.Object(
    {
      email: Email,
      role: Role,
      teamIds: Type.Optional(Type.Array(Id, { maxItems: 20, uniqueItems: true })),
      message: Type.Optional(Message),
      expiresInDays: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 90, description: `${INVITATION_DAYS} unless said.` }),
      ),
    },
    { additionalProperties: false },
  ),
  response: Invitation,
  status: 201,
})

export const listInvitations = endpoint({
  id: 'listInvitations',
  summary: 'The invitations of an organization, newest first',
  room: 'organizations',
  method: 'GET',
  path: '/organizations/:organizationId/invitations',
  requires: { kind: 'member', role: 'admin', scope: 'read' },
  params: organizationParams,
  query: Type.Object({
    ...PageQuery,
    status: Type.Optional(OneOf(['pending', 'settled'])),
  }),
  response: Page(Invitation),
})

export const resendInvitation = endpoint({
  id: 'resendInvitation',
  summary: 'Send an invitation again with a new token; the one before is void',
  room: 'organizations',
  method: 'POST',
  path: '/organizations/:organizationId/invitations/:invitationId/resend',
  requires: { kind: 'member', role: 'admin', scope: 'manage' },
  params: invitationParams,
  response: Invitation,
})

export const withdrawInvitation = endpoint({
  id: 'withdrawInvitation',
  summary: 'Withdraw an invitation',
  room: 'organizations',
  method: 'DELETE',
  path: '/organizations/:organizationId/invitations/:invitationId',
  requires: { kind: 'member', role: 'admin', scope: 'manage' },
  params: invitationParams,
  response: Nothing,
  status: 204,
})

export const readOffer = endpoint({
  id: 'readOffer',
  summary: 'Who invites to what, and as what',
  room: 'organizations',
  method: 'POST',
  path: '/invitations/read',
  requires: { kind: 'anyone', why },
  body: Type.Object({ token: Token }, { additionalProperties: false }),
  response: Type.Object({
    ...Offer.properties,
    hasAccount: Type.Boolean({
      description: 'Somebody has an account with the address: sign in rather than register.',
    }),
  }),
})

export const acceptOffer = endpoint({
  id: 'acceptOffer',
  summary: 'Accept an invitation as the signed-in user, whose e-mail address must be the one invited',
  room: 'organizations',
  method: 'POST',
  path: '/invitations/accept',
  requires: { kind: 'user', scope: 'none' },
  body: Type.Object({ token: Token }, { additionalProperties: false }),
  response: Organization,
})

export const registerByOffer = endpoint({
  id: 'registerByOffer',
  summary: 'Create an account for the address invited and accept, also where registration is closed. Then sign in',
  room: 'organizations',
  method: 'POST',
  path: '/invitations/register',
  requires: { kind: 'anyone', why },
  body: Type.Object(
    {
      token: Token,
      name: Name,
      password: Type.String({
        minLength: PASSWORD_MIN_CHARACTERS,
        maxLength: 1024,
        description: `At most ${PASSWORD_MAX_BYTES} bytes of UTF-8.`,
      }),
    },
    { additionalProperties: false },
  ),
  response: Type.Object({ email: Type.String(), organizationId: Id }),
  status: 201,
})

export const declineOffer = endpoint({
  id: 'declineOffer',
  summary: 'Decline an invitation; one can be invited again',
  room: 'organizations',
  method: 'POST',
  path: '/invitations/decline',
  requires: { kind: 'anyone', why },
  body: Type.Object({ token: Token }, { additionalProperties: false }),
  response: Nothing,
  status: 204,
})

export const listMyOffers = endpoint({
  id: 'listMyOffers',
  summary: "Invitations that wait for the caller's verified e-mail address",
  room: 'organizations',
  method: 'GET',
  path: '/me/invitations',
  requires: { kind: 'user', scope: 'none' },
  response: Type.Object({ items: Type.Array(Offer) }),
})

export const acceptMyOffer = endpoint({
  id: 'acceptMyOffer',
  summary: "Accept an invitation to the caller's verified e-mail address",
  room: 'organizations',
  method: 'POST',
  path: '/me/invitations/:invitationId/accept',
  requires: { kind: 'user', scope: 'none' },
  params: ownParams,
  response: Organization,
})

export const declineMyOffer = endpoint({
  id: 'declineMyOffer',
  summary: "Decline an invitation to the caller's verified e-mail address",
  room: 'organizations',
  method: 'POST',
  path: '/me/invitations/:invitationId/decline',
  requires: { kind: 'user', scope: 'none' },
  params: ownParams,
  response: Nothing,
  status: 204,
})
