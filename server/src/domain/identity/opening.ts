import type { Me, SignedIn } from '@trove/contract/identity'
import type { Tx } from '../../platform/db/index.ts'
import { newId } from '../../platform/ids.ts'
import type { Platform } from '../../platform/platform.ts'
import { Problem } from '../../platform/problem.ts'
import * as audit from '../audit/index.ts'
import { newDevice } from './accounts/letters.ts'
import { placeOf } from './accounts/mailed.ts'
import { notify } from './accounts/notify.ts'
import * as rules from './rules.ts'
import * as store from './store.ts'
import { hashToken, newRefreshToken, signAccessToken } from './tokens.ts'

/** Where this installation is reached by the one who asks, as passkeys see it (Web Authentication, §4: RP ID). */
export type Site = { origin: string; rpId: string; prefix: string }
/** Who knocks, as far as a request tells. */
export type Device = {
  ip: string
  userAgent: string | null
  /** What this browser keeps for years, to be told from a new one. */
  deviceToken?: string
  site?: Site
}
/** The refresh token is for the cookie alone; the rest is the response. */
export type Tokens = { signedIn: SignedIn; refreshToken: string; refreshExpiresAt: Date }
export type SignedInBy = 'password' | 'passkey' | 'oidc'

/**
 * The one way into an account: a step of everything that signs somebody in, once all that was asked of them is right.
 *
 * @throws account-suspended
 * @throws wrong-credentials  the account was closed meanwhile
 */
export async function openSession(
  tx: Tx,
  platform: Pick<Platform, 'keys' | 'mail'>,
  userId: string,
  device: Device,
  signedInBy: SignedInBy,
): Promise<Tokens> {
  const user = await store.enterAccount(tx, userId)
  if (user === undefined || user.closedAt !== null)
    throw new Problem('wrong-credentials', 'No account has this e-mail address and this password.')
  if (user.suspendedAt !== null) throw new Problem('account-suspended', 'Ask whoever runs this installation about it.')

  const deviceHash = device.deviceToken === undefined ? null : hashToken(device.deviceToken)
  const isNewDevice = await store.isNewDevice(tx, user.id, deviceHash)
  const isFamiliar = await store.isFamiliar(tx, user.id, device)
  const sessionId = newId()
  const refreshToken = newRefreshToken()
  const now = new Date()
  const refreshExpiresAt = new Date(now.getTime() + rules.REFRESH_TOKEN_MS)
  const { ip, userAgent } = device
  await store.insertSession(tx, {
    id: sessionId,
    userId: user.id,
    ip,
    userAgent,
    deviceHash,
    signedInBy,
    expiresAt: refreshExpiresAt,
  })
  await store.insertRefreshToken(tx, { hash: hashToken(refreshToken), sessionId, expiresAt: refreshExpiresAt })
  const about = { userId: user.id, ip, userAgent, facts: { by: signedInBy, sessionId } }
  await audit.recordSecurityEvent(tx, 'info', 'sign-in.succeeded', about)
  if (isNewDevice) {
    await audit.recordSecurityEvent(tx, 'warning', 'sign-in.new-device', about)
    // A program that keeps no cookies is new each time; its owner is not to be told each time.
    if (!isFamiliar)
      await notify(tx, platform, { userId: user.id, topic: 'sign-in' }, newDevice(await placeOf(tx), device, now))
  }
  return present(platform, user, sessionId, { issuedAt: now, refreshToken, refreshExpiresAt })
}

export async function present(
  platform: Pick<Platform, 'keys'>,
  user: store.UserRow,
  sessionId: string,
  made: { issuedAt: Date; refreshToken: string; refreshExpiresAt: Date },
): Promise<Tokens> {
  const accessToken = await signAccessToken(platform.keys, { userId: user.id, sessionId, issuedAt: made.issuedAt })
  const expiresAt = new Date(made.issuedAt.getTime() + rules.ACCESS_TOKEN_MS).toISOString()
  const { refreshToken, refreshExpiresAt } = made
  return { signedIn: { accessToken, expiresAt, user: presentMe(user) }, refreshToken, refreshExpiresAt }
}

export function presentMe(user: store.UserRow): Me {
  const { id, email, name, isAdministrator, username, phone, timeZone, language, avatarVersion, lastSignInAt } = user
  return {
    id,
    email,
    name,
    isAdministrator,
    isEmailVerified: user.emailVerifiedAt !== null,
    ...(username !== null && { username }),
    ...(phone !== null && { phone }),
    ...(timeZone !== null && { timeZone }),
    ...(language !== null && { language }),
    preferences: user.preferences as Me['preferences'],
    ...(avatarVersion !== null && { avatarVersion }),
    ...(lastSignInAt !== null && { lastSignInAt: lastSignInAt.toISOString() }),
    createdAt: user.createdAt.toISOString(),
  }
}
