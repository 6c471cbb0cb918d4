import { createHash, createHmac, randomBytes } from 'node:crypto'
import { errors, jwtVerify, SignJWT } from 'jose'
import type { Keys } from '../../platform/keys.ts'
import { ACCESS_TOKEN_MS } from './rules.ts'

const ALGORITHM = 'HS256'
const ISSUER = 'trove'
/** RFC 9068 §2.1: tells an access token from every other JWT signed with any key of ours. */
const TYPE = 'at+jwt'
const REFRESH_TOKEN_BYTES = 32
const MAX_CACHED = 10_000

export type AccessClaims = { userId: string; sessionId: string; expiresAt: Date }

/** Access token of 15 minutes. The same input makes the same token, so that a grace can answer alike twice. */
export function signAccessToken(
  keys: Keys,
  claims: { userId: string; sessionId: string; issuedAt: Date },
): Promise<string> {
  const issuedAt = Math.floor(claims.issuedAt.getTime() / 1000)
  return new SignJWT({ sid: claims.sessionId })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
    .setIssuer(ISSUER)
    .setSubject(claims.userId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + ACCESS_TOKEN_MS / 1000)
    .sign(keys.accessToken)
}

const verified = new Map<string, AccessClaims>()

/** What a genuine, unexpired access token says; undefined for everything else. Whether its session still lives is asked elsewhere. */
export async function readAccessToken(keys: Keys, token: string, now: Date): Promise<AccessClaims | undefined> {
  const known = verified.get(token)
  if (known !== undefined) return known.expiresAt > now ? known : undefined
  try {
    const { payload } = await jwtVerify(token, keys.accessToken, {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      typ: TYPE,
      currentDate: now,
    })
    if (payload.sub === undefined || typeof payload['sid'] !== 'string' || payload.exp === undefined) return undefined
    const claims = { userId: payload.sub, sessionId: payload['sid'], expiresAt: new Date(payload.exp * 1000) }
    if (verified.size >= MAX_CACHED) verified.clear()
    verified.set(token, claims)
    return claims
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined
    throw error
  }
}

export const newRefreshToken = (): string => randomBytes(REFRESH_TOKEN_BYTES).toString('base64url')

/** The token after this one. Derived, so that asking twice within the grace gives the same and nothing is kept in clear. */
export const successorOf = (keys: Keys, token: string): string =>
  createHmac('sha256', keys.refreshToken).update(token).digest('base64url')

/** Secrets are kept only as this. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()
