import { generateRegistrationOptions, verifyRegistrationResponse } from '@simplewebauthn/server'
import type { RegistrationResponseJSON } from '@simplewebauthn/server'
import type { Passkey, PasskeyOptions } from '@trove/contract/sign-in'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction } from '../../../platform/db/index.ts'
import { networkOf } from '../../../platform/http/address.ts'
import { newId } from '../../../platform/ids.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as audit from '../../audit/index.ts'
import { counted, type SignInCounts } from '../attempts.ts'
import { derivedFrom, newChallenge, readChallenge, type Challenge } from '../challenges.ts'
import { requireConfirmed } from '../confirmation.ts'
import { dropIdleRecoveryCodes, ensureRecoveryCodes } from '../factors/codes.ts'
import { openSession, type Device, type Site, type Tokens } from '../opening.ts'
import { getInstallation, getUser, spendChallenge } from '../store.ts'
import { judgeAnswer, optionsFor, takeAnswer } from './answers.ts'
import * as store from './store.ts'

type Machines = Pick<Platform, 'db' | 'keys' | 'mail'>
type Answered = { token: string; credential: Record<string, unknown> }

const MAX_PASSKEYS = 20
/** EdDSA, ES256 and RS256: what every device has one of (IANA, COSE algorithms). */
const ALGORITHMS = [-8, -7, -257]

/** @throws confirm-first, limit-reached */
export async function beginPasskey(platform: Machines, actor: UserActor, device: Device): Promise<PasskeyOptions> {
  await requireConfirmed(platform.db, actor)
  const site = requireSite(device.site)
  const kept = await store.listCredentials(platform.db, actor.userId)
  if (kept.length >= MAX_PASSKEYS)
    throw new Problem('limit-reached', `You have ${MAX_PASSKEYS} passkeys. Remove one that is no longer used.`)
  const [user, { name }] = await Promise.all([getUser(platform.db, actor.userId), getInstallation(platform.db)])
  const { token, challenge } = await newChallenge(platform.keys, 'passkey-new', {
    userId: actor.userId,
    sessionId: actor.sessionId,
  })
  const options = await generateRegistrationOptions({
    rpName: name,
    rpID: site.rpId,
    userID: new TextEncoder().encode(actor.userId),
    userName: user?.email ?? '',
    userDisplayName: user?.name ?? '',
    challenge: Buffer.from(expectedOf(platform, challenge), 'base64url'),
    supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: kept.map(({ id }) => ({ id })),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
  })
  return { token, options: { ...options } }
}

/**
 * Keeps a new passkey; the first factor of an account brings recovery codes with it.
 *
 * @throws passkey-refused  not an answer to this challenge, from this site, in this session; or kept already
 */
export async function addPasskey(
  platform: Machines,
  actor: UserActor,
  device: Device,
  given: Answered & { name: string },
): Promise<{ passkey: Passkey; recoveryCodes: string[] }> {
  await requireConfirmed(platform.db, actor)
  const challenge = await own(platform, actor, 'passkey-new', given.token)
  const site = requireSite(device.site)
  const verdict = await verifyRegistrationResponse({
    response: given.credential as unknown as RegistrationResponseJSON,
    expectedChallenge: expectedOf(platform, challenge),
    expectedOrigin: site.origin,
    expectedRPID: site.rpId,
    requireUserVerification: false,
    supportedAlgorithmIDs: ALGORITHMS,
  }).catch(() => undefined)
  if (verdict?.verified !== true) throw refused('The answer of the passkey does not fit what was asked.')
  const { credential, credentialBackedUp } = verdict.registrationInfo

  return inTransaction(platform.db, async (tx) => {
    if (!(await spendChallenge(tx, challenge))) throw refused('This answer was taken already.')
    const row = await store.insertPasskey(tx, {
      id: newId(),
      userId: actor.userId,
      credentialId: credential.id,
      publicKey: credential.publicKey,
      signCount: credential.counter,
      transports: credential.transports ?? [],
      name: given.name.trim(),
      isSynced: credentialBackedUp,
    })
    if (row === undefined) throw refused('This passkey is kept already.')
    await recordChange(tx, actor, 'passkey.added', { passkeyId: row.id, name: row.name })
    return { passkey: presentPasskey(row), recoveryCodes: await ensureRecoveryCodes(tx, actor.userId) }
  })
}

/** @throws not-found */
export async function renamePasskey(
  platform: Machines,
  actor: UserActor,
  { passkeyId, name }: { passkeyId: string; name: string },
): Promise<Passkey> {
  return inTransaction(platform.db, async (tx) => {
    const row = await store.setName(tx, actor.userId, passkeyId, name.trim())
    if (row === undefined) throw new Problem('not-found', 'You have no such passkey.')
    await recordChange(tx, actor, 'passkey.renamed', { passkeyId, name: row.name })
    return presentPasskey(row)
  })
}

/** @throws confirm-first, not-found */
export async function removePasskey(platform: Machines, actor: UserActor, passkeyId: string): Promise<null> {
  await requireConfirmed(platform.db, actor)
  return inTransaction(platform.db, async (tx) => {
    const removed = await store.deletePasskey(tx, actor.userId, passkeyId)
    if (removed === undefined) throw new Problem('not-found', 'You have no such passkey.')
    await dropIdleRecoveryCodes(tx, actor.userId)
    await recordChange(tx, actor, 'passkey.removed', { passkeyId, name: removed.name })
    return null
  })
}

/** What any passkey of this site may answer to sign in. Nothing is kept for it. */
export async function beginPasskeySignIn(platform: Machines, device: Device): Promise<PasskeyOptions> {
  const { token, challenge } = await newChallenge(platform.keys, 'passkey-sign-in')
  const about = { expected: expectedOf(platform, challenge), isAlone: true }
  return { token, options: (await optionsFor(platform.db, requireSite(device.site), about)) ?? {} }
}

/**
 * Signs in by passkey alone: the device has asked who holds it, so that it is two factors in one.
 *
 * @throws passkey-refused, account-suspended, too-many-requests
 */
export async function signInWithPasskey(
  platform: Machines & SignInCounts,
  device: Device,
  given: Answered,
): Promise<Tokens> {
  const challenge = await readChallenge(platform.keys, 'passkey-sign-in', given.token)
  if (challenge === undefined) throw refused('Too much time has passed. Begin again.')
  const answer = await counted([[platform.failuresOfAddress, networkOf(device.ip)]], () =>
    judgeAnswer(platform.db, device.site, {
      credential: given.credential,
      expected: expectedOf(platform, challenge),
      isAlone: true,
    }),
  )
  if (answer === undefined) {
    const about = { ip: device.ip, userAgent: device.userAgent, facts: { by: 'passkey' } }
    await inTransaction(platform.db, (tx) => audit.recordSecurityEvent(tx, 'warning', 'sign-in.failed', about))
    throw refused('No account here has this passkey. It may have been removed.')
  }
  return inTransaction(platform.db, async (tx) => {
    if (!(await spendChallenge(tx, challenge)) || !(await takeAnswer(tx, answer, device.ip)))
      throw refused('This answer was used already. Begin again.')
    return openSession(tx, platform, answer.userId, device, 'passkey')
  })
}

/** @throws wrong-state  there is no passkey to confirm with */
export async function getConfirmOptions(platform: Machines, actor: UserActor, device: Device): Promise<PasskeyOptions> {
  const { userId, sessionId } = actor
  const { token, challenge } = await newChallenge(platform.keys, 'passkey-confirm', { userId, sessionId })
  const about = { userId, expected: expectedOf(platform, challenge), isAlone: true }
  const options = await optionsFor(platform.db, requireSite(device.site), about)
  if (options === undefined) throw new Problem('wrong-state', 'You have no passkey. Confirm in another way.')
  return { token, options }
}

/** Whether a passkey of this very user confirms that it is them. Counted by whoever asks. */
export async function judgeConfirmation(platform: Machines, actor: UserActor, device: Device, given: Answered) {
  const challenge = await own(platform, actor, 'passkey-confirm', given.token)
  const expected = expectedOf(platform, challenge)
  const { credential } = given
  const answer = await judgeAnswer(platform.db, device.site, { credential, expected, isAlone: true })
  return answer?.userId === actor.userId ? { answer, challenge } : undefined
}

export function presentPasskey({ id, name, isSynced, lastUsedAt, createdAt }: store.PasskeyRow): Passkey {
  return { id, name, isSynced, lastUsedAt: lastUsedAt?.toISOString() ?? null, createdAt: createdAt.toISOString() }
}

async function own(platform: Machines, actor: UserActor, purpose: 'passkey-new' | 'passkey-confirm', token: string) {
  const challenge = await readChallenge(platform.keys, purpose, token)
  const isOwn = challenge?.userId === actor.userId && challenge.sessionId === actor.sessionId
  if (challenge === undefined || !isOwn) throw new Problem('wrong-code', 'Too much time has passed. Begin again.')
  return challenge
}

const expectedOf = (platform: Machines, challenge: Pick<Challenge, 'id'>) =>
  derivedFrom(platform.keys, challenge.id, 'passkey')

function requireSite(site: Site | undefined): Site {
  if (site === undefined) throw new Problem('invalid-request', 'The request does not say which host it is for.')
  return site
}

const refused = (why: string) => new Problem('passkey-refused', why)

const recordChange = (
  tx: Parameters<typeof audit.recordSecurityEvent>[0],
  actor: UserActor,
  kind: string,
  facts: Record<string, unknown>,
) => audit.recordSecurityEvent(tx, 'warning', kind, { userId: actor.userId, actor, facts })
