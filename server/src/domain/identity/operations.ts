import type { Installation, Me, SignedIn } from '@trove/contract/identity'
import type { Actor, UserActor } from '../../platform/actor.ts'
import { inTransaction, type Db, type Tx } from '../../platform/db/index.ts'
import { networkOf } from '../../platform/http/address.ts'
import type { Limiter } from '../../platform/http/limiter.ts'
import { newId } from '../../platform/ids.ts'
import { hashPassword, isPassword } from '../../platform/password.ts'
import type { Platform } from '../../platform/platform.ts'
import { Problem } from '../../platform/problem.ts'
import * as audit from '../audit/index.ts'
import * as rules from './rules.ts'
import * as store from './store.ts'
import { hashToken, newRefreshToken, signAccessToken, successorOf } from './tokens.ts'

export type Device = { ip: string; userAgent: string | null }
/** The refresh token is for the cookie alone; the rest is the response. */
export type Tokens = { signedIn: SignedIn; refreshToken: string; refreshExpiresAt: Date }
type Machines = Pick<Platform, 'db' | 'keys' | 'live'>

/**
 * Creates an account and signs it in. The first account of an installation becomes its administrator.
 *
 * @throws registration-closed, email-taken, too-many-requests
 * @throws invalid-request  the password is longer than can be kept
 */
export async function register(
  platform: Machines & { registrations: Limiter },
  device: Device,
  input: { email: string; name?: string; password: string },
): Promise<Tokens> {
  rules.requireUsablePassword(input.password)
  await platform.registrations.take(networkOf(device.ip))
  const { registrationIsOpen, hasAccounts } = await store.getInstallation(platform.db)
  if (hasAccounts && !registrationIsOpen)
    throw new Problem('registration-closed', 'Ask whoever runs this installation for an account.')
  const email = rules.normalizeEmail(input.email)
  const passwordHash = await hashPassword(input.password)

  return inTransaction(platform.db, async (tx) => {
    await store.lockFirstAccount(tx)
    const isAdministrator = !(await store.hasUsers(tx))
    const name = input.name?.trim() ?? rules.nameFromEmail(email)
    const user = await store.insertUser(tx, { id: newId(), email, name, passwordHash, isAdministrator })
    await audit.recordSecurityEvent(tx, 'info', 'account.created', {
      userId: user.id,
      ip: device.ip,
      facts: { isAdministrator },
    })
    return openSession(tx, platform, user, device)
  })
}

/**
 * @throws wrong-credentials  told alike, and after the same time, for an unknown address and a wrong password
 * @throws too-many-requests  too many failures for this account or from this address
 */
export async function login(
  platform: Machines & { failuresOfAccount: Limiter; failuresOfAddress: Limiter },
  device: Device,
  input: { email: string; password: string },
): Promise<Tokens> {
  const email = rules.normalizeEmail(input.email)
  // Taken before the password is looked at and given back when it was right, so that parallel guesses count too.
  await platform.failuresOfAddress.take(networkOf(device.ip))
  await platform.failuresOfAccount.take(email)
  const giveBack = async () => {
    await platform.failuresOfAddress.giveBack(networkOf(device.ip))
    await platform.failuresOfAccount.giveBack(email)
  }
  const user = await store.getCredentials(platform.db, email).catch(async (error: unknown) => {
    await giveBack() // nothing was guessed while the database was away
    throw error
  })
  if (!(await isPassword(input.password, user?.passwordHash)) || user === undefined) {
    await inTransaction(platform.db, (tx) =>
      audit.recordSecurityEvent(tx, 'warning', 'sign-in.failed', { ...(user && { userId: user.id }), ip: device.ip }),
    )
    throw new Problem('wrong-credentials', 'No account has this e-mail address and this password.')
  }
  await giveBack()
  return inTransaction(platform.db, async (tx) => {
    await audit.recordSecurityEvent(tx, 'info', 'sign-in.succeeded', { userId: user.id, ip: device.ip })
    return openSession(tx, platform, user, device)
  })
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
    const verdict = rules.judgeRefresh({ ...row, isRevoked: row.revokedAt !== null, isSuccessorSpent }, now)
    if (verdict === 'ended') return undefined
    if (verdict === 'reused') {
      await store.revokeSession(tx, row.sessionId, 'a spent refresh token was used again')
      await audit.recordSecurityEvent(tx, 'critical', 'refresh-token.reused', { userId: row.id, ip: device.ip })
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
      await store.touchSession(tx, row.sessionId, { ...device, expiresAt: refreshExpiresAt })
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
  const { maxFileBytes, maxSessionBytes } = settings
  const installation = await store.getInstallation(db)
  return { ...installation, hasAccounts: Boolean(installation.hasAccounts), maxFileBytes, maxSessionBytes }
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

async function openSession(tx: Tx, platform: Machines, user: store.UserRow, device: Device): Promise<Tokens> {
  const sessionId = newId()
  const refreshToken = newRefreshToken()
  const now = new Date()
  const refreshExpiresAt = new Date(now.getTime() + rules.REFRESH_TOKEN_MS)
  await store.insertSession(tx, { id: sessionId, userId: user.id, ...device, expiresAt: refreshExpiresAt })
  await store.insertRefreshToken(tx, { hash: hashToken(refreshToken), sessionId, expiresAt: refreshExpiresAt })
  return present(platform, user, sessionId, { issuedAt: now, refreshToken, refreshExpiresAt })
}

async function present(
  platform: Pick<Platform, 'keys'>,
  user: store.UserRow,
  sessionId: string,
  made: { issuedAt: Date; refreshToken: string; refreshExpiresAt: Date },
): Promise<Tokens> {
  const accessToken = await signAccessToken(platform.keys, { userId: user.id, sessionId, issuedAt: made.issuedAt })
  const expiresAt = new Date(made.issuedAt.getTime() + rules.ACCESS_TOKEN_MS).toISOString()
  return { signedIn: { accessToken, expiresAt, user: presentMe(user) }, ...made }
}

function presentMe({ id, email, name, isAdministrator, createdAt }: store.UserRow): Me {
  return { id, email, name, isAdministrator, createdAt: createdAt.toISOString() }
}
