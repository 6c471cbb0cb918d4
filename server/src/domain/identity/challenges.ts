import { createHmac } from 'node:crypto'
import { errors, jwtVerify, SignJWT } from 'jose'
import { newId } from '../../platform/ids.ts'
import type { Keys } from '../../platform/keys.ts'

const ALGORITHM = 'HS256'
const ISSUER = 'trove'
const MINUTE_MS = 60_000

/** What a challenge is good for, and how long in milliseconds. One of a kind answers no other. */
const LIVES_MS = {
  /** The password was right; the second factor is wanted. */
  'second-factor': 5 * MINUTE_MS,
  'passkey-sign-in': 5 * MINUTE_MS,
  'passkey-new': 10 * MINUTE_MS,
  'passkey-confirm': 5 * MINUTE_MS,
  /** Away at the provider, where somebody may have to find their password first. */
  oidc: 15 * MINUTE_MS,
}
export type Purpose = keyof typeof LIVES_MS

export type Challenge = {
  id: string
  expiresAt: Date
  /** Whom it is for; absent when that is what the answer will tell. */
  userId?: string
  sessionId?: string
  /** What else must come back unchanged. Signed, not secret. */
  facts: Readonly<Record<string, unknown>>
}
type About = { userId?: string; sessionId?: string; facts?: Record<string, unknown> }

/**
 * A challenge as the client holds it. Nothing is kept until it is answered, so that asking for challenges fills no
 * table; whoever takes an answer also spends the challenge in the same transaction.
 */
export async function newChallenge(
  keys: Keys,
  purpose: Purpose,
  about: About = {},
): Promise<{ token: string; challenge: Challenge }> {
  const { userId, sessionId, facts = {} } = about
  const issuedAt = Math.floor(Date.now() / 1000)
  const expires = issuedAt + LIVES_MS[purpose] / 1000
  const id = newId()
  const token = new SignJWT({ facts, ...(sessionId !== undefined && { sid: sessionId }) })
    .setProtectedHeader({ alg: ALGORITHM, typ: typeOf(purpose) })
    .setIssuer(ISSUER)
    .setJti(id)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expires)
  if (userId !== undefined) token.setSubject(userId)
  return {
    token: await token.sign(keys.challenge),
    challenge: { id, expiresAt: new Date(expires * 1000), ...about, facts },
  }
}

/** What a genuine, unexpired challenge of this purpose says; undefined for everything else. */
export async function readChallenge(keys: Keys, purpose: Purpose, token: string): Promise<Challenge | undefined> {
  try {
    const { payload } = await jwtVerify(token, keys.challenge, {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      typ: typeOf(purpose),
    })
    const { jti, exp, sub, sid, facts } = payload as typeof payload & { sid?: string; facts?: Record<string, unknown> }
    if (jti === undefined || exp === undefined) return undefined
    return {
      id: jti,
      expiresAt: new Date(exp * 1000),
      ...(sub !== undefined && { userId: sub }),
      ...(sid !== undefined && { sessionId: sid }),
      facts: facts ?? {},
    }
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined
    throw error
  }
}

/** Random to whoever lacks the key, and the same each time: what would otherwise have to be kept beside the challenge. */
export const derivedFrom = (keys: Keys, challengeId: string, what: string): string =>
  createHmac('sha256', keys.challenge).update(`${what} ${challengeId}`).digest('base64url')

const typeOf = (purpose: Purpose) => `${purpose}-challenge+jwt`
