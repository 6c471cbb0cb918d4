import type { Offer } from '@trove/contract/invitations'
import type { Organization } from '@trove/contract/organizations'
import type { Actor, UserActor } from '../../../platform/actor.ts'
import { inTransaction, type Db, type Tx } from '../../../platform/db/index.ts'
import type { Limiter } from '../../../platform/http/limiter.ts'
import { networkOf } from '../../../platform/http/address.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as audit from '../../audit/index.ts'
import * as identity from '../../identity/index.ts'
import { admit } from '../members/operations.ts'
import * as permit from '../permit.ts'
import { getOrganization } from '../profile/operations.ts'
import { isAtLeast } from '../rules.ts'
import { lockOrganization } from '../store.ts'
import { join } from '../teams/operations.ts'
import * as store from './store.ts'

type Machines = Pick<Platform, 'db'>
/** Counts those who come with a token, by where they come from: so guessing is slow, though hopeless anyway. */
type Guarded = Machines & { tokensTried: Limiter }
/** Whoever declines may have no account, or not be signed in. */
type Stranger = Extract<Actor, { ip: string }>

/**
 * Who invites to what, and as what: told to whoever has the token, which only went to that mailbox.
 *
 * @throws not-found, too-many-requests
 */
export async function readOffer(
  platform: Guarded,
  actor: Stranger,
  token: string,
): Promise<Offer & { hasAccount: boolean }> {
  const row = await offerOf(platform, actor, token)
  const user = await identity.findUserByEmail(platform.db, row.email)
  return { ...present(row), hasAccount: user !== undefined }
}

/**
 * By the mailed token, which shows that the mailbox is the caller's; the address of their account must be the one
 * that was invited.
 *
 * @throws not-found    no such invitation, or it is used, withdrawn, declined or expired
 * @throws not-allowed  it is for another address
 * @throws already-member, limit-reached, read-only, too-many-requests
 */
export async function acceptOffer(platform: Guarded, actor: UserActor, token: string): Promise<Organization> {
  const row = await offerOf(platform, actor, token)
  await inTransaction(platform.db, async (tx) => {
    const address = await addressOf(tx, actor)
    if (!isSame(address.email, row.email)) throw forAnother(row, address.email)
    await accept(tx, actor, row.id, actor.userId)
    await identity.markVerified(tx, actor.userId)
  })
  return getOrganization(platform.db, actor, row.organizationId)
}

/**
 * By its id: the caller's address has been verified, so nobody else can be meant.
 *
 * @throws not-found, already-member, limit-reached, read-only
 */
export async function acceptMyOffer(platform: Machines, actor: UserActor, invitationId: string): Promise<Organization> {
  const organizationId = await inTransaction(platform.db, async (tx) => {
    const row = await ownOffer(tx, actor, invitationId)
    await accept(tx, actor, row.id, actor.userId)
    return row.organizationId
  })
  return getOrganization(platform.db, actor, organizationId)
}

/**
 * Makes the account too, also where registration is closed to others.
 *
 * @throws not-found, email-taken, invalid-request, weak-password, limit-reached, read-only, too-many-requests
 */
export async function registerByOffer(
  platform: Guarded & Pick<Platform, 'settings'>,
  actor: Stranger,
  input: { token: string; name: string; password: string },
): Promise<{ email: string; organizationId: string }> {
  const row = await offerOf(platform, actor, input.token)
  const { email, organizationId } = row
  const name = input.name.trim()
  const passwordHash = await identity.hashNewPassword(platform, input.password, { email, name })
  await inTransaction(platform.db, async (tx) => {
    const userId = await identity.addInvitedAccount(tx, { email, name, passwordHash, ip: actor.ip })
    await accept(tx, actor, row.id, userId)
  })
  return { email, organizationId }
}

/** @throws not-found, too-many-requests */
export async function declineOffer(platform: Guarded, actor: Stranger, token: string): Promise<void> {
  const row = await offerOf(platform, actor, token)
  await inTransaction(platform.db, (tx) => decline(tx, actor, row))
}

/** @throws not-found */
export async function declineMyOffer(platform: Machines, actor: UserActor, invitationId: string): Promise<void> {
  await inTransaction(platform.db, async (tx) => decline(tx, actor, await ownOffer(tx, actor, invitationId)))
}

/** What waits for the caller's address; nothing until it has been verified, for it could be anybody's until then. */
export async function listMyOffers(db: Db, actor: UserActor): Promise<{ items: Offer[] }> {
  const { email, isVerified } = await addressOf(db, actor)
  return { items: isVerified ? (await store.listOffersFor(db, email)).filter(isLive).map(present) : [] }
}

/** Of any number who accept at once, one does: the row is settled only while it is pending. */
async function accept(tx: Tx, actor: Actor, invitationId: string, userId: string): Promise<void> {
  const offered = await store.getOffer(tx, invitationId)
  if (offered === undefined) throw unknownOffer()
  const { organizationId, role } = offered
  const condition = await lockOrganization(tx, organizationId)
  if (condition === undefined) throw unknownOffer()
  const row = await store.getOffer(tx, invitationId) // as it is now that the organization is locked
  if (row === undefined || !isLive(row) || !(await store.settle(tx, row.id, 'accepted', userId))) throw unknownOffer()
  permit.refuseUnlessOpen(condition)
  await admit(tx, condition, { organizationId, userId, role })
  for (const teamId of await store.listTeamIds(tx, row.id)) await join(tx, { organizationId, teamId, userId })
  await audit.record(tx, actor, 'invitation.accepted', {
    organizationId,
    facts: { invitationId, userId, role, invitedBy: row.invitedByName },
  })
}

async function decline(tx: Tx, actor: Actor, row: store.OfferRow): Promise<void> {
  if (!(await store.settle(tx, row.id, 'declined'))) throw unknownOffer()
  const { organizationId } = row
  await audit.record(tx, actor, 'invitation.declined', { organizationId, facts: { invitationId: row.id } })
}

async function offerOf(platform: Guarded, actor: Stranger, token: string): Promise<store.OfferRow> {
  await platform.tokensTried.take(networkOf(actor.ip))
  const row = await store.getOfferByToken(platform.db, identity.hashToken(token))
  if (row === undefined || !isLive(row)) throw unknownOffer()
  return row
}

async function ownOffer(tx: Tx, actor: UserActor, invitationId: string): Promise<store.OfferRow> {
  const { email, isVerified } = await addressOf(tx, actor)
  const row = await store.getOffer(tx, invitationId)
  if (!isVerified || row === undefined || !isSame(email, row.email) || !isLive(row)) throw unknownOffer()
  return row
}

async function addressOf(db: Db, actor: UserActor) {
  const address = await identity.getAddress(db, actor.userId)
  if (address === undefined) throw new Problem('not-signed-in', 'This account is gone.')
  return address
}

/** Nobody is taken in on the word of somebody who may not say it any more. */
function isLive({ status, expiresAt, role, inviterRole }: store.OfferRow): boolean {
  const isBacked = inviterRole !== null && isAtLeast(inviterRole, 'admin') && isAtLeast(inviterRole, role)
  return isBacked && status === 'pending' && expiresAt > new Date()
}

const isSame = (address: string, invited: string): boolean => identity.normalizeEmail(address) === invited

const unknownOffer = () =>
  new Problem('not-found', 'There is no such invitation any more: it was used, withdrawn, declined or has expired.')

const forAnother = (row: store.OfferRow, own: string) =>
  new Problem(
    'not-allowed',
    `This invitation is for ${row.email}, and you are signed in as ${own}. Sign in with that address, or sign out first.`,
  )

function present(row: store.OfferRow): Offer {
  const { id, organizationId, organizationName, organizationType, email, role, message, invitedByName } = row
  return {
    ...{ id, email, role, message },
    organization: { id: organizationId, name: organizationName, type: organizationType },
    invitedBy: invitedByName,
    expiresAt: row.expiresAt.toISOString(),
  }
}
