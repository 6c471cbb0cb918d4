import { errors, jwtVerify, SignJWT } from 'jose'
import type { Keys } from '../../../platform/keys.ts'
import type { Range } from './rules.ts'

const ALGORITHM = 'HS256'
const TYPE = 'known-bytes-challenge+jwt'
const ISSUER = 'trove'
const LIVES_SECONDS = 300

/** What was asked, of whom; nothing is kept here until it is answered. */
export type Challenge = {
  userId: string
  organizationId: string
  sha256: string
  sizeBytes: number
  nonce: string
  ranges: readonly Range[]
}

/** Signed, so that it comes back as it went; not secret. */
export async function sealChallenge(keys: Keys, challenge: Challenge): Promise<{ token: string; expiresAt: Date }> {
  const expires = Math.floor(Date.now() / 1000) + LIVES_SECONDS
  const { userId, ...facts } = challenge
  const token = await new SignJWT({ facts })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
    .setIssuer(ISSUER)
    .setSubject(userId)
    .setExpirationTime(expires)
    .sign(keys.challenge)
  return { token, expiresAt: new Date(expires * 1000) }
}

/** undefined for what is not genuine, or too old. */
export async function openChallenge(keys: Keys, token: string): Promise<Challenge | undefined> {
  try {
    const { payload } = await jwtVerify<{ facts: Omit<Challenge, 'userId'> }>(token, keys.challenge, {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      typ: TYPE,
    })
    return payload.sub === undefined ? undefined : { userId: payload.sub, ...payload.facts }
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined
    throw error
  }
}
