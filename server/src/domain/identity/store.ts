import { sql } from 'kysely'
import type { Db, Tx } from '../../platform/db/index.ts'

/** What somebody sees of their own account. */
export const userColumns = [
  'user.id',
  'user.email',
  'user.name',
  'user.is_administrator as isAdministrator',
  'user.email_verified_at as emailVerifiedAt',
  'user.username',
  'user.phone',
  'user.time_zone as timeZone',
  'user.language',
  'user.preferences',
  'user.avatar_version as avatarVersion',
  'user.last_sign_in_at as lastSignInAt',
  'user.created_at as createdAt',
] as const
export type UserRow = NonNullable<Awaited<ReturnType<typeof getUser>>>

/** Held until the transaction ends: of two first accounts, one waits and finds that it is the second. */
export async function lockFirstAccount(tx: Tx): Promise<void> {
  await tx.selectFrom('installation').select('is_only').forUpdate().executeTakeFirstOrThrow()
}

export async function hasUsers(db: Db): Promise<boolean> {
  return (await db.selectFrom('user').select('id').limit(1).executeTakeFirst()) !== undefined
}

export async function insertUser(
  tx: Tx,
  user: { id: string; email: string; name: string; passwordHash: string; isAdministrator: boolean },
): Promise<{ id: string; email: string; name: string }> {
  return tx
    .insertInto('user')
    .values({
      id: user.id,
      email: user.email,
      name: user.name,
      password_hash: user.passwordHash,
      is_administrator: user.isAdministrator,
    })
    .returning(['id', 'email', 'name'])
    .executeTakeFirstOrThrow()
}

export function getUser(db: Db, userId: string) {
  return db.selectFrom('user').select(userColumns).where('id', '=', userId).executeTakeFirst()
}

export function getCredentials(db: Db, email: string) {
  return db
    .selectFrom('user')
    .select([...userColumns, 'user.password_hash as passwordHash', 'user.has_second_factor as hasSecondFactor'])
    .where(sql<string>`lower(email)`, '=', email)
    .executeTakeFirst()
}

/** The account, and that somebody came in now; its row is locked until the transaction ends. */
export function enterAccount(tx: Tx, userId: string) {
  return tx
    .updateTable('user')
    .set({ last_sign_in_at: sql`now()` })
    .where('id', '=', userId)
    .returning([...userColumns, 'user.suspended_at as suspendedAt', 'user.closed_at as closedAt'])
    .executeTakeFirst()
}

/** Whether the account has had sessions, and none in this browser. */
export async function isNewDevice(db: Db, userId: string, deviceHash: Buffer | null): Promise<boolean> {
  const { rows } = await sql<{ is_new: boolean }>`
    select exists (select from session where user_id = ${userId})
      and not exists (select from session where user_id = ${userId} and device_hash = ${deviceHash}) as is_new
  `.execute(db)
  return rows[0]?.is_new ?? false
}

/** Whether the account has been signed in to by a program that names itself so, from this very address. */
export async function isFamiliar(
  db: Db,
  userId: string,
  device: { ip: string; userAgent: string | null },
): Promise<boolean> {
  const found = await db
    .selectFrom('session')
    .select('id')
    .where('user_id', '=', userId)
    .where('ip', '=', device.ip)
    .where(sql<boolean>`user_agent is not distinct from ${device.userAgent}`)
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}

/** Whether the account with this address has been signed in to in this browser. */
export async function isDeviceOf(db: Db, email: string, deviceHash: Buffer): Promise<boolean> {
  const found = await db
    .selectFrom('session')
    .innerJoin('user', 'user.id', 'session.user_id')
    .select('session.id')
    .where(sql<string>`lower("user".email)`, '=', email)
    .where('session.device_hash', '=', deviceHash)
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}

export async function insertSession(
  tx: Tx,
  session: {
    id: string
    userId: string
    ip: string
    userAgent: string | null
    deviceHash: Buffer | null
    signedInBy: string
    expiresAt: Date
  },
): Promise<void> {
  await tx
    .insertInto('session')
    .values({
      id: session.id,
      user_id: session.userId,
      ip: session.ip,
      user_agent: session.userAgent,
      device_hash: session.deviceHash,
      signed_in_by: session.signedInBy,
      expires_at: session.expiresAt,
    })
    .execute()
}

export async function insertRefreshToken(
  tx: Tx,
  token: { hash: Buffer; sessionId: string; expiresAt: Date },
): Promise<void> {
  await tx
    .insertInto('refresh_token')
    .values({ token_hash: token.hash, session_id: token.sessionId, expires_at: token.expiresAt })
    .execute()
}

/** The token and its session, locked: of two tabs that come with it, the second sees what the first did. */
export function lockRefreshToken(tx: Tx, hash: Buffer) {
  return tx
    .selectFrom('refresh_token')
    .innerJoin('session', 'session.id', 'refresh_token.session_id')
    .innerJoin('user', 'user.id', 'session.user_id')
    .select([
      'session.id as sessionId',
      'session.revoked_at as revokedAt',
      'user.suspended_at as suspendedAt',
      'user.closed_at as closedAt',
      'refresh_token.spent_at as spentAt',
      'refresh_token.expires_at as expiresAt',
      ...userColumns,
    ])
    .where('refresh_token.token_hash', '=', hash)
    .forUpdate(['session', 'refresh_token'])
    .executeTakeFirst()
}

export async function isSpent(tx: Tx, hash: Buffer): Promise<boolean> {
  const token = await tx
    .selectFrom('refresh_token')
    .select('spent_at')
    .where('token_hash', '=', hash)
    .executeTakeFirst()
  return token === undefined || token.spent_at !== null
}

export async function spendRefreshToken(tx: Tx, hash: Buffer, at: Date): Promise<void> {
  await tx.updateTable('refresh_token').set({ spent_at: at }).where('token_hash', '=', hash).execute()
}

export async function touchSession(
  tx: Tx,
  sessionId: string,
  seen: { ip: string; userAgent: string | null; expiresAt: Date },
): Promise<void> {
  await tx
    .updateTable('session')
    .set({ last_used_at: sql`now()`, ip: seen.ip, user_agent: seen.userAgent, expires_at: seen.expiresAt })
    .where('id', '=', sessionId)
    .execute()
}

/** False when it had been revoked already. */
export async function revokeSession(tx: Tx, sessionId: string, because: string): Promise<boolean> {
  const revoked = await tx
    .updateTable('session')
    .set({ revoked_at: sql`now()`, revoked_because: because })
    .where('id', '=', sessionId)
    .where('revoked_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return revoked !== undefined
}

/** Undefined when the session has ended or never was, or its user may not sign in any more. */
export function getLiveSession(db: Db, sessionId: string) {
  return db
    .selectFrom('session')
    .innerJoin('user', 'user.id', 'session.user_id')
    .select([
      'user.id as userId',
      'user.is_administrator as isAdministrator',
      'session.last_used_at as lastUsedAt',
      'session.confirmed_at as confirmedAt',
    ])
    .where('session.id', '=', sessionId)
    .where('session.revoked_at', 'is', null)
    .where('user.suspended_at', 'is', null)
    .where('user.closed_at', 'is', null)
    .where('session.expires_at', '>', sql<Date>`now()`)
    .executeTakeFirst()
}

export async function getSessionOfToken(db: Db, hash: Buffer): Promise<string | undefined> {
  const row = await db
    .selectFrom('refresh_token')
    .select('session_id')
    .where('token_hash', '=', hash)
    .executeTakeFirst()
  return row?.session_id
}

export function getInstallation(db: Db) {
  return db
    .selectFrom('installation')
    .select((eb) => [
      'name',
      'registration_is_open as registrationIsOpen',
      eb.exists(eb.selectFrom('user').select('id')).as('hasAccounts'),
    ])
    .executeTakeFirstOrThrow()
}

export async function setInstallation(
  tx: Tx,
  changes: { name?: string; registration_is_open?: boolean },
): Promise<void> {
  if (Object.keys(changes).length > 0) await tx.updateTable('installation').set(changes).execute()
}

/** Rows that can no longer let anybody in. */
export async function deleteExpired(tx: Tx): Promise<Expired> {
  const refreshTokens = await tx
    .deleteFrom('refresh_token')
    .where('expires_at', '<', sql<Date>`now()`)
    .executeTakeFirst()
  const sessions = await tx
    .deleteFrom('session')
    .where('expires_at', '<', sql<Date>`now() - interval '90 days'`)
    .executeTakeFirst()
  const challenges = await tx
    .deleteFrom('spent_challenge')
    .where('expires_at', '<', sql<Date>`now()`)
    .executeTakeFirst()
  const deviceRequests = await tx
    .deleteFrom('device_request')
    .where('expires_at', '<', sql<Date>`now() - interval '1 day'`)
    .executeTakeFirst()
  const apiKeys = await tx
    .deleteFrom('api_key')
    .where(sql<boolean>`least(expires_at, revoked_at) < now() - interval '90 days'`)
    .executeTakeFirst()
  return {
    refreshTokens: Number(refreshTokens.numDeletedRows),
    sessions: Number(sessions.numDeletedRows),
    challenges: Number(challenges.numDeletedRows),
    deviceRequests: Number(deviceRequests.numDeletedRows),
    apiKeys: Number(apiKeys.numDeletedRows),
  }
}

type Expired = { refreshTokens: number; sessions: number; challenges: number; deviceRequests: number; apiKeys: number }

/** False when it had been answered already: of many answers at once, one is the first. */
export async function spendChallenge(tx: Tx, challenge: { id: string; expiresAt: Date }): Promise<boolean> {
  const spent = await tx
    .insertInto('spent_challenge')
    .values({ challenge_id: challenge.id, expires_at: challenge.expiresAt })
    .onConflict((conflict) => conflict.doNothing())
    .returning('challenge_id')
    .executeTakeFirst()
  return spent !== undefined
}

/** Counts for a while as one who has shown that it is them. */
export async function confirmSession(tx: Tx, sessionId: string): Promise<void> {
  await tx
    .updateTable('session')
    .set({ confirmed_at: sql`now()` })
    .where('id', '=', sessionId)
    .execute()
}

/** Says that the session is in use, and from where. */
export async function seeSession(tx: Tx, sessionId: string, ip: string): Promise<void> {
  await tx
    .updateTable('session')
    .set({ last_used_at: sql`now()`, ip })
    .where('id', '=', sessionId)
    .execute()
}
