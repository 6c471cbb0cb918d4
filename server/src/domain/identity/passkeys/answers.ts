import {
  generateAuthenticationOptions,
  verifyAuthenticationResponse,
  type AuthenticationResponseJSON,
  type AuthenticatorTransport,
} from '@simplewebauthn/server'
import type { Db, Tx } from '../../../platform/db/index.ts'
import * as audit from '../../audit/index.ts'
import type { Site } from '../opening.ts'
import * as store from './store.ts'

/** An answer that is right, still to be taken: the count of the authenticator moves on in the transaction that uses it. */
export type Answer = { passkeyId: string; userId: string; from: number; to: number }

/**
 * What the browser hands to the passkeys of a user, or of anybody (`userId` undefined).
 *
 * @param about  `isAlone`: it stands for the password too, so the device must have asked who holds it.
 * @returns undefined when the user has none
 */
export async function optionsFor(
  db: Db,
  site: Site | undefined,
  about: { userId?: string; expected: string; isAlone: boolean },
): Promise<Record<string, unknown> | undefined> {
  if (site === undefined) return undefined
  const credentials = about.userId === undefined ? undefined : await store.listCredentials(db, about.userId)
  if (credentials?.length === 0) return undefined
  const options = await generateAuthenticationOptions({
    rpID: site.rpId,
    challenge: Buffer.from(about.expected, 'base64url'),
    userVerification: about.isAlone ? 'required' : 'discouraged',
    ...(credentials !== undefined && {
      allowCredentials: credentials as { id: string; transports: AuthenticatorTransport[] }[],
    }),
  })
  return { ...options }
}

/**
 * Whose passkey gave this answer, and that it is one to this challenge, from this site, by a count that has moved on.
 * Undefined for everything else, whatever is wrong with it.
 */
export async function judgeAnswer(
  db: Db,
  site: Site | undefined,
  given: { credential: Record<string, unknown>; expected: string; isAlone: boolean },
): Promise<Answer | undefined> {
  const { credential, expected, isAlone } = given
  const credentialId = credential['id']
  const kept = typeof credentialId === 'string' ? await store.getCredential(db, credentialId) : undefined
  if (kept === undefined || site === undefined) return undefined
  // The library throws what is wrong; to whoever tries it is all the same.
  const verdict = await verifyAuthenticationResponse({
    response: credential as unknown as AuthenticationResponseJSON,
    expectedChallenge: expected,
    expectedOrigin: site.origin,
    expectedRPID: site.rpId,
    requireUserVerification: isAlone,
    credential: { id: kept.credentialId, publicKey: new Uint8Array(kept.publicKey), counter: kept.signCount },
  }).catch(() => undefined)
  if (verdict?.verified !== true) return undefined
  return { passkeyId: kept.id, userId: kept.userId, from: kept.signCount, to: verdict.authenticationInfo.newCounter }
}

/** A step of whatever an answer is used for. False when the passkey was used or removed since it was judged. */
export async function takeAnswer(tx: Tx, { passkeyId, userId, from, to }: Answer, ip: string): Promise<boolean> {
  if (!(await store.setSignCount(tx, passkeyId, from, to))) return false
  await audit.recordSecurityEvent(tx, 'info', 'passkey.used', { userId, ip, facts: { passkeyId } })
  return true
}
