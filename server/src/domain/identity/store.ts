import { sql } from 'kysely'
import type { Db, Tx } from '../../platform/db/index.ts'

export type UserRow = { id: string; email: string; name: string; isAdministrator: boolean; createdAt: Date }

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
): Promise<UserRow> {
  return tx
    .insertInto('user')
    .values({
      id: user.id,
      email: user.email,
      name: user.name,
      password_hash: user.passwordHash,
      is_administrator: user.isAdministrator,
    })
    .returning(['id', 'email', 'name', 'is_administrator as isAdministrator', 'created_at as createdAt'])
    .executeTakeFirstOrThrow()
}

export function getUser(db: Db, userId: string): Promise<UserRow | undefined> {
  return db
    .selectFrom('user')
    .select(['id', 'email', 'name', 'is_administrator as isAdministrator', 'created_at as createdAt'])
    .where('id', '=', userId)
    .executeTakeFirst()
}

export function getCredentials(db: Db, email: string) {
  return db
    .selectFrom('user')
    .select([
      'id',
      'email',
      'name',
      'is_administrator as isAdministrator',
      'created_at as createdAt',
      'password_hash as passwordHash',
    ])
    .where(sql<string>`lower(email)`, '=', email)
    .executeTakeFirst()
}

export async function insertSession(
  tx: Tx,
  session: { id: string; userId: string; ip: string; userAgent: string | null; expiresAt: Date },
): Promise<void> {
  await tx
    .insertInto('session')
    .values({
      id: session.id,
      user_id: session.userId,
      ip: session.ip,
      user_agent: session.userAgent,
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
      'refresh_token.spent_at as spentAt',
      'refresh_token.expires_at as expiresAt',
      'user.id',
      'user.email',
      'user.name',
      'user.is_administrator as isAdministrator',
      'user.created_at as createdAt',
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

/** Undefined when the session has ended or never was. */
export function getLiveSession(db: Db, sessionId: string) {
  return db
    .selectFrom('session')
    .innerJoin('user', 'user.id', 'session.user_id')
    .select(['user.id as userId', 'user.is_administrator as isAdministrator'])
    .where('session.id', '=', sessionId)
    .where('session.revoked_at', 'is', null)
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
export async function deleteExpired(tx: Tx): Promise<void> {
  await tx
    .deleteFrom('refresh_token')
    .where('expires_at', '<', sql<Date>`now()`)
    .execute()
  await tx
    .deleteFrom('session')
    .where('expires_at', '<', sql<Date>`now() - interval '90 days'`)
    .execute()
}
