import type { Installation, Me, SecondFactorNeeded } from '@trove/contract/identity'
import type { Actor, UserActor } from '../../platform/actor.ts'
import { inTransaction, type Db } from '../../platform/db/index.ts'
import { networkOf } from '../../platform/http/address.ts'
import type { Limiter } from '../../platform/http/limiter.ts'
import { newId } from '../../platform/ids.ts'
import { hashPassword, isPassword } from '../../platform/password.ts'
import type { Platform } from '../../platform/platform.ts'
import { Problem } from '../../platform/problem.ts'
import * as audit from '../audit/index.ts'
import { beginVerification } from './accounts/mailed.ts'
import { requireGoodPassword } from './accounts/passwords.ts'
import { counted, type SignInCounts } from './attempts.ts'
import { newSecondFactorChallenge } from './factors/challenge.ts'
import { openSession, present, presentMe, type Device, type Tokens } from './opening.ts'
import * as rules from './rules.ts'
import * as store from './store.ts'
import { hashToken, successorOf } from './tokens.ts'

type Machines = Pick<Platform, 'db' | 'keys' | 'live' | 'mail'>

/**
 * Creates an account and signs it in. The first account of an installation becomes its administrator.
 *
 * @throws registration-closed, email-taken, too-many-requests, weak-password
 * @throws invalid-request  the password is longer than can be kept
 */
export async function register(
  platform: Machines & Pick<Platform, 'settings'> & { registrations: Limiter },
  device: Device,
  input: { email: string; name?: string; password: string },
): Promise<Tokens> {
  rules.requireUsablePassword(input.password)
  await platform.registrations.take(networkOf(device.ip))
  const { registrationIsOpen, hasAccounts } = await store.getInstallation(platform.db)
  if (hasAccounts && !registrationIsOpen)
    throw new Problem('registration-closed', 'Ask whoever runs this installation for an account.')
  const email = rules.normalizeEmail(input.email)
  await requireGoodPassword(platform, input.password, { ...input, email })
  const passwordHash = await hashPassword(input.password)

  return inTransaction(platform.db, async (tx) => {
    await store.lockFirstAccount(tx)
    const isAdministrator = !(await store.hasUsers(tx))
    const name = input.name?.trim() ?? rules.nameFromEmail(email)
    const user = await store.insertUser(tx, { id: newId(), email, name, passwordHash, isAdministrator })
    await audit.recordSecurityEvent(tx, 'info', 'account.created', {
      userId: user.id,
      ip: device.ip,
      userAgent: device.userAgent,
      facts: { isAdministrator },
    })
    await beginVerification(tx, platform, user)
    return openSession(tx, platform, user.id, device, 'password')
  })
}

/**
 * Signs in by password, or asks for the second factor when the account has one.
 *
 * @throws wrong-credentials  told alike, and after the same time, for an unknown address and a wrong password
 * @throws too-many-requests  too many failures for this account or from this address
 */
export async function login(
  platform: Machines & SignInCounts,
  device: Device,
  input: { email: string; password: string },
): Promise<Tokens | SecondFactorNeeded> {
  const email = rules.normalizeEmail(input.email)
  const counts = [
    [platform.failuresOfAddress, networkOf(device.ip)],
    [platform.failuresOfAccount, await countedAs(platform.db, email, device)],
  ] as const
  let known: { id: string } | undefined
  const user = await counted(counts, async () => {
    const found = await store.getCredentials(platform.db, email)
    known = found
    return (await isPassword(input.password, found?.passwordHash)) ? found : undefined
  })
  if (user === undefined) {
    await inTransaction(platform.db, (tx) =>
      audit.recordSecurityEvent(tx, 'warning', 'sign-in.failed', {
        ...(known && { userId: known.id }),
        ip: device.ip,
        userAgent: device.userAgent,
      }),
    )
    throw new Problem('wrong-credentials', 'No account has this e-mail address and this password.')
  }
  if (user.hasSecondFactor) return newSecondFactorChallenge(platform, user.id, device, 'password')
  return inTransaction(platform.db, (tx) => openSession(tx, platform, user.id, device, 'password'))
}

/**
 * A browser that has been signed in to the account before has a count of its own, so that strangers who guess cannot
 * keep its owner out (OWASP, device cookies).
 */
async function countedAs(db: Db, email: string, device: Device): Promise<string> {
  if (device.deviceToken === undefined) return email
  const hash = hashToken(device.deviceToken)
  return (await store.isDeviceOf(db, email, hash)) ? `${email} ${hash.toString('base64url')}` : email
}

/**
 * Exchanges a refresh token for the next one, once. Two tabs that race get the same pair; a spent token that comes
 * later has been stolen from one side or the other, so the session ends for both.
 *
 * @throws session-ended
 */
export async function refresh(platform: Machines, device: Device, token: string): Promise<Tokens> {
  const outcome = await inTransaction(platform.db, async (tx) => {
    const hash = hashToken(token)
    const row = await store.lockRefreshToken(tx, hash)
    if (row === undefined) return undefined
    const now = new Date()
    const successor = successorOf(platform.keys, token)
    const isSuccessorSpent = row.spentAt !== null && (await store.isSpent(tx, hashToken(successor)))
    const isRevoked = row.revokedAt !== null || row.suspendedAt !== null || row.closedAt !== null
    const verdict = rules.judgeRefresh({ ...row, isRevoked, isSuccessorSpent }, now)
    if (verdict === 'ended') return undefined
    if (verdict === 'reused') {
      await store.revokeSession(tx, row.sessionId, 'a spent refresh token was used again')
      await audit.recordSecurityEvent(tx, 'critical', 'refresh-token.reused', {
        userId: row.id,
        ip: device.ip,
        userAgent: device.userAgent,
      })
      return { reusedIn: row.sessionId }
    }
    const refreshExpiresAt = new Date(now.getTime() + rules.REFRESH_TOKEN_MS)
    if (verdict === 'rotate') {
      await store.spendRefreshToken(tx, hash, now)
      await store.insertRefreshToken(tx, {
        hash: hashToken(successor),
        sessionId: row.sessionId,
        expiresAt: refreshExpiresAt,
      })
      const { ip, userAgent } = device
      await store.touchSession(tx, row.sessionId, { ip, userAgent, expiresAt: refreshExpiresAt })
    }
    return {
      tokens: await present(platform, row, row.sessionId, {
        issuedAt: row.spentAt ?? now,
        refreshToken: successor,
        refreshExpiresAt,
      }),
    }
  })
  if (outcome?.tokens !== undefined) return outcome.tokens
  if (outcome?.reusedIn !== undefined) await platform.live.sessionEnded(outcome.reusedIn)
  throw new Problem('session-ended', 'Sign in again.')
}

/** Ends the session that a token or a refresh token names. Ending an ended one is no mistake. */
export async function logout(platform: Machines, actor: Actor, refreshToken: string | undefined): Promise<void> {
  const named =
    refreshToken === undefined ? undefined : await store.getSessionOfToken(platform.db, hashToken(refreshToken))
  for (const sessionId of new Set([named, actor.kind === 'user' ? actor.sessionId : undefined])) {
    if (sessionId === undefined) continue
    await inTransaction(platform.db, (tx) => store.revokeSession(tx, sessionId, 'signed out'))
    await platform.live.sessionEnded(sessionId)
  }
}

export async function getMe(db: Db, actor: UserActor): Promise<Me> {
  const user = await store.getUser(db, actor.userId)
  if (user === undefined) throw new Problem('not-signed-in', 'This account is gone.')
  return presentMe(user)
}

export async function getInstallation({ db, settings }: Pick<Platform, 'db' | 'settings'>): Promise<Installation> {
  const { maxFileBytes, maxSessionBytes, oidc, smtp } = settings
  const installation = await store.getInstallation(db)
  return {
    ...installation,
    hasAccounts: Boolean(installation.hasAccounts),
    maxFileBytes,
    maxSessionBytes,
    sendsMail: smtp !== undefined,
    ...(oidc !== undefined && { oidcName: oidc.name }),
  }
}

export async function updateInstallation(
  platform: Pick<Platform, 'db' | 'settings'>,
  actor: UserActor,
  changes: { name?: string; registrationIsOpen?: boolean },
): Promise<Installation> {
  const { name, registrationIsOpen } = changes
  await inTransaction(platform.db, async (tx) => {
    await store.setInstallation(tx, {
      ...(name !== undefined && { name: name.trim() }),
      ...(registrationIsOpen !== undefined && { registration_is_open: registrationIsOpen }),
    })
    await audit.recordSecurityEvent(tx, 'info', 'installation.updated', {
      userId: actor.userId,
      ip: actor.ip,
      facts: changes,
    })
  })
  return getInstallation(platform)
}

/** A step of `organizations`: who has an account with this address. */
export async function findUserByEmail(
  db: Db,
  email: string,
): Promise<{ id: string; email: string; name: string } | undefined> {
  return store.getCredentials(db, rules.normalizeEmail(email))
}
