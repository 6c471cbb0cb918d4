import type { InvitationStatus } from '@trove/contract/invitations'

/** A pending invitation whose time is over says so, though nobody has written it down. */
export const statusOf = (row: { status: InvitationStatus; expiresAt: Date }, now: Date): InvitationStatus =>
  row.status === 'pending' && row.expiresAt <= now ? 'expired' : row.status

/** Path of the page that a letter leads to. The token is in the fragment, which browsers keep to themselves. */
export const offerPath = (token: string): `/${string}` => `/invitation#${token}`
