import type { SecondFactorNeeded } from '@trove/contract/identity'
import { oidcRefusals, type OidcRefusal } from '@trove/contract/sign-in'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction, type Tx } from '../../../platform/db/index.ts'
import { newId } from '../../../platform/ids.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as audit from '../../audit/index.ts'
import { derivedFrom, newChallenge, readChallenge, type Challenge } from '../challenges.ts'
import { requireConfirmed } from '../confirmation.ts'
import { newSecondFactorChallenge } from '../factors/challenge.ts'
import { openSession, type Device, type Site, type Tokens } from '../opening.ts'
import * as rules from '../rules.ts'
import { getInstallation, getLiveSession, insertUser, spendChallenge } from '../store.ts'
import type { Claims, Provider, Trip } from './provider.ts'
import * as store from './store.ts'

type Machines = Pick<Platform, 'db' | 'keys' | 'log' | 'mail' | 'settings'> & { provider: Provider | undefined }

/** Where the browser goes, and what it must bring back in a cookie. */
export type Departure = { url: string; cookie: string; expiresAt: Date }
/** Where somebody who came back ends up. */
export type Arrival = { isLinking: boolean; next: string | undefined } & (
  | { tokens: Tokens }
  | { challenge: SecondFactorNeeded }
  | { isLinked: true }
  | { refused: OidcRefusal }
)

const CALLBACK = '/api/auth/oidc/callback'

/**
 * @throws not-found    this installation has no provider
 * @throws unavailable  the provider cannot be reached
 */
export function beginOidc(platform: Machines, device: Device, { next }: { next?: string }): Promise<Departure> {
  return depart(platform, device, { facts: { ...(next !== undefined && { next }) } })
}

/** @throws confirm-first, not-found, unavailable */
export async function beginLinking(platform: Machines, actor: UserActor, device: Device): Promise<Departure> {
  await requireConfirmed(platform.db, actor)
  return depart(platform, device, { userId: actor.userId, sessionId: actor.sessionId })
}

async function depart(
  platform: Machines,
  device: Device,
  about: { userId?: string; sessionId?: string; facts?: Record<string, unknown> },
): Promise<Departure> {
  const { provider } = platform
  if (provider === undefined) throw new Problem('not-found', 'This installation has no provider to sign in with.')
  const { token, challenge } = await newChallenge(platform.keys, 'oidc', about)
  const url = await provider.urlFor(tripOf(platform, challenge, device.site)).catch((err: unknown) => {
    platform.log.warn({ err }, 'the sign-in provider cannot be reached')
    throw new Problem(
      'unavailable',
      'The sign-in provider cannot be reached. Try again in a moment, or in another way.',
    )
  })
  return { url: url.href, cookie: token, expiresAt: challenge.expiresAt }
}

/**
 * Takes somebody back who was at the provider. The cookie says that this browser went there; what the provider says is
 * believed only when all of it fits.
 *
 * @param query  of the address that the browser came back to
 */
export async function finishOidc(
  platform: Machines,
  device: Device,
  { cookie, query }: { cookie: string | undefined; query: string },
): Promise<Arrival> {
  const { provider, keys } = platform
  const challenge = cookie === undefined ? undefined : await readChallenge(keys, 'oidc', cookie)
  if (challenge === undefined || provider === undefined)
    return { isLinking: false, next: undefined, refused: 'expired' }
  const next = typeof challenge.facts['next'] === 'string' ? challenge.facts['next'] : undefined
  const trip = { isLinking: challenge.userId !== undefined, next }

  const returned = new URLSearchParams(query)
  const claims = await provider.claimsOf(tripOf(platform, challenge, device.site), query).catch((err: unknown) => {
    // The error holds what the provider said, never the code or a token.
    platform.log.info(
      { reason: err instanceof Error ? err.message : 'unknown' },
      'a sign-in by the provider was refused',
    )
    return undefined
  })
  if (claims === undefined) {
    const isOwnChoice = returned.get('error') === 'access_denied'
    if (!isOwnChoice) await recordFailure(platform, device, {})
    return { ...trip, refused: isOwnChoice ? 'cancelled' : 'provider' }
  }
  try {
    return { ...trip, ...(await arrive(platform, device, challenge, claims)) }
  } catch (error) {
    const refused = refusalOf(error)
    if (refused === undefined) throw error
    await recordFailure(platform, device, { why: refused })
    return { ...trip, refused }
  }
}

async function arrive(platform: Machines, device: Device, challenge: Challenge, claims: Claims) {
  const { userId: linkTo, sessionId } = challenge
  if (linkTo !== undefined) {
    const session = await getLiveSession(platform.db, sessionId ?? '')
    if (session?.userId !== linkTo) throw refusal('expired')
  }
  const { makesAccounts } = platform.settings.oidc ?? { makesAccounts: false }
  const { registrationIsOpen, hasAccounts } = await getInstallation(platform.db)
  const mayJoin = Boolean(hasAccounts) && (makesAccounts || registrationIsOpen)

  const arrived = await inTransaction(platform.db, async (tx) => {
    if (!(await spendChallenge(tx, challenge))) throw refusal('expired')
    if (linkTo !== undefined) {
      await link(tx, linkTo, claims, device)
      return { isLinked: true as const }
    }
    const userId = await whoIs(tx, claims, device, mayJoin)
    const account = await store.getAccount(tx, userId)
    if (account?.hasSecondFactor === true) return { wantsSecondFactor: userId }
    return { tokens: await openSession(tx, platform, userId, device, 'oidc') }
  })
  if (!('wantsSecondFactor' in arrived)) return arrived
  return { challenge: await newSecondFactorChallenge(platform, arrived.wantsSecondFactor, device, 'oidc') }
}

/** The account of whoever the provider vouches for: linked already, linked now because both sides are sure of the address, or new. */
async function whoIs(tx: Tx, claims: Claims, device: Device, mayJoin: boolean): Promise<string> {
  const linked = await store.useLinkedSignIn(tx, claims.issuer, claims.subject)
  if (linked !== undefined) return linked.userId
  if (claims.email === undefined || !claims.isEmailVerified) throw refusal('unverified-email')
  const email = rules.normalizeEmail(claims.email)
  const account = await store.lockAccountByEmail(tx, email)
  if (account !== undefined) {
    // Whoever registered with an address that is not theirs must not be joined by its owner, and a second factor must
    // not be stepped round: both sign in as before and link it themselves.
    if (account.emailVerifiedAt === null || account.hasSecondFactor) throw refusal('link-first')
    await link(tx, account.id, claims, device)
    return account.id
  }
  if (!mayJoin) throw refusal('no-account')
  const name = (claims.name ?? rules.nameFromEmail(email)).slice(0, 100)
  const made = { id: newId(), email, name, passwordHash: rules.NO_PASSWORD, isAdministrator: false }
  const user = await insertUser(tx, made)
  await store.setEmailVerified(tx, user.id)
  await audit.recordSecurityEvent(tx, 'info', 'account.created', {
    userId: user.id,
    ip: device.ip,
    userAgent: device.userAgent,
    facts: { by: 'oidc' },
  })
  await link(tx, user.id, claims, device)
  return user.id
}

async function link(tx: Tx, userId: string, claims: Claims, device: Device): Promise<void> {
  const { issuer, subject, email = null } = claims
  if (!(await store.insertLinkedSignIn(tx, { id: newId(), userId, issuer, subject, email }))) {
    const holder = await store.useLinkedSignIn(tx, issuer, subject)
    if (holder?.userId === userId) return
    throw refusal('linked-elsewhere')
  }
  await audit.recordSecurityEvent(tx, 'warning', 'sign-in.linked', {
    userId,
    ip: device.ip,
    userAgent: device.userAgent,
    facts: { issuer },
  })
}

/** @throws confirm-first, not-found, last-way-in */
export async function unlinkSignIn(platform: Pick<Platform, 'db'>, actor: UserActor, id: string): Promise<null> {
  await requireConfirmed(platform.db, actor)
  const { userId } = actor
  return inTransaction(platform.db, async (tx) => {
    const { passwordHash, others, passkeys } = await store.lockOtherWays(tx, userId, id)
    if ((await store.deleteLinkedSignIn(tx, userId, id)) === undefined)
      throw new Problem('not-found', 'You have no such linked sign-in.')
    if (!rules.hasPassword(passwordHash) && others + passkeys === 0)
      throw new Problem('last-way-in', 'Set a password or add a passkey first.')
    await audit.recordSecurityEvent(tx, 'warning', 'sign-in.unlinked', { userId, actor })
    return null
  })
}

/** Derived from the challenge in the cookie, so that nothing has to be kept, and the cookie alone is not enough. */
function tripOf({ keys }: Machines, { id }: Pick<Challenge, 'id'>, site: Site | undefined): Trip {
  if (site === undefined) throw new Problem('invalid-request', 'The request does not say which host it is for.')
  return {
    redirectUri: `${site.origin}${site.prefix}${CALLBACK}`,
    state: derivedFrom(keys, id, 'oidc state'),
    nonce: derivedFrom(keys, id, 'oidc nonce'),
    verifier: derivedFrom(keys, id, 'oidc verifier'),
  }
}

const recordFailure = (platform: Machines, { ip }: Device, facts: Record<string, unknown>) =>
  inTransaction(platform.db, (tx) =>
    audit.recordSecurityEvent(tx, 'warning', 'sign-in.failed', { ip, facts: { by: 'oidc', ...facts } }),
  )

/** Ends the transaction; told in an address, because a browser and no program comes back. */
const refusal = (why: OidcRefusal) => new Problem('not-allowed', 'The sign-in by the provider was refused.', { why })

function refusalOf(error: unknown): OidcRefusal | undefined {
  if (!(error instanceof Problem)) return undefined
  if (error.kind === 'account-suspended') return 'suspended'
  // Somebody registered with the address at the same moment.
  if (error.kind === 'email-taken') return 'link-first'
  const { why } = error.members
  return oidcRefusals.find((known) => known === why)
}
