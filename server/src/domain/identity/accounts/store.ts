import type { Preferences } from '@trove/contract/identity'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'
import { userColumns } from '../store.ts'
import type { MailedPurpose } from './rules.ts'

export type Addressee = { id: string; email: string; name: string }

/** An account that may be signed in to; undefined when there is none, or it is suspended or closed. */
export function getActiveByEmail(db: Db, email: string): Promise<Addressee | undefined> {
  return db
    .selectFrom('user')
    .select(['id', 'email', 'name'])
    .where(sql<string>`lower(email)`, '=', email)
    .where('suspended_at', 'is', null)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
}

export function getAddressee(db: Db, userId: string): Promise<Addressee | undefined> {
  return db.selectFrom('user').select(['id', 'email', 'name']).where('id', '=', userId).executeTakeFirst()
}

/** An account that may be signed in to, locked until the transaction ends. */
export function lockActive(tx: Tx, userId: string) {
  return tx
    .selectFrom('user')
    .select(['id', 'email', 'name', 'email_verified_at as emailVerifiedAt', 'preferences'])
    .where('id', '=', userId)
    .where('suspended_at', 'is', null)
    .where('closed_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
}

export async function getPasswordHash(db: Db, userId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('user')
    .select('password_hash')
    .where('id', '=', userId)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
  return row?.password_hash
}

export async function setPasswordHash(tx: Tx, userId: string, passwordHash: string): Promise<void> {
  await tx.updateTable('user').set({ password_hash: passwordHash }).where('id', '=', userId).execute()
}

export async function setEmail(tx: Tx, userId: string, email: string): Promise<void> {
  await tx
    .updateTable('user')
    .set({ email, email_verified_at: sql`now()` })
    .where('id', '=', userId)
    .execute()
}

/** Keeps the first time. */
export async function setEmailVerified(tx: Tx, userId: string): Promise<void> {
  await tx
    .updateTable('user')
    .set({ email_verified_at: sql`coalesce(email_verified_at, now())` })
    .where('id', '=', userId)
    .execute()
}

export type ProfileChanges = {
  name?: string
  username?: string | null
  phone?: string | null
  timeZone?: string | null
  language?: string | null
  preferences?: Preferences
  avatarVersion?: string | null
}

export function setProfile(tx: Tx, userId: string, changes: ProfileChanges) {
  const { name, username, phone, timeZone, language, preferences, avatarVersion } = changes
  const set = {
    ...(name !== undefined && { name }),
    ...(username !== undefined && { username }),
    ...(phone !== undefined && { phone }),
    ...(timeZone !== undefined && { time_zone: timeZone }),
    ...(language !== undefined && { language }),
    ...(preferences !== undefined && { preferences: JSON.stringify(preferences) }),
    ...(avatarVersion !== undefined && { avatar_version: avatarVersion }),
  }
  return tx
    .updateTable('user')
    .set({ ...set, updated_at: sql`now()` })
    .where('id', '=', userId)
    .where('closed_at', 'is', null)
    .returning(userColumns)
    .executeTakeFirst()
}

/** Replaces what was mailed for the same purpose before. */
export async function replaceMailedToken(
  tx: Tx,
  token: { hash: Buffer; userId: string; purpose: MailedPurpose; email: string; expiresAt: Date },
): Promise<void> {
  const row = { token_hash: token.hash, email: token.email, expires_at: token.expiresAt }
  await tx
    .insertInto('mailed_token')
    .values({ ...row, user_id: token.userId, purpose: token.purpose })
    .onConflict((conflict) => conflict.columns(['user_id', 'purpose']).doUpdateSet({ ...row, created_at: sql`now()` }))
    .execute()
}

/** Whose it is, without using it. */
export function getMailedToken(db: Db, hash: Buffer, purpose: MailedPurpose) {
  return db
    .selectFrom('mailed_token')
    .innerJoin('user', 'user.id', 'mailed_token.user_id')
    .select(['user.id', 'user.email', 'user.name'])
    .where('token_hash', '=', hash)
    .where('purpose', '=', purpose)
    .where('expires_at', '>', sql<Date>`now()`)
    .executeTakeFirst()
}

/** Uses it up: of many that come with it at once, one gets it. */
export function takeMailedToken(tx: Tx, hash: Buffer, purpose: MailedPurpose) {
  return tx
    .deleteFrom('mailed_token')
    .where('token_hash', '=', hash)
    .where('purpose', '=', purpose)
    .where('expires_at', '>', sql<Date>`now()`)
    .returning(['user_id as userId', 'email'])
    .executeTakeFirst()
}

export async function deleteMailedToken(tx: Tx, userId: string, purpose: MailedPurpose): Promise<void> {
  await tx.deleteFrom('mailed_token').where('user_id', '=', userId).where('purpose', '=', purpose).execute()
}

export async function deleteMailedTokensOf(tx: Tx, userId: string): Promise<void> {
  await tx.deleteFrom('mailed_token').where('user_id', '=', userId).execute()
}

export async function deleteExpiredTokens(tx: Tx): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom('mailed_token')
    .where('expires_at', '<', sql<Date>`now()`)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

export async function replaceAvatar(tx: Tx, userId: string, bytes: Buffer): Promise<void> {
  await tx
    .insertInto('avatar')
    .values({ user_id: userId, bytes })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet({ bytes, created_at: sql`now()` }))
    .execute()
}

export async function deleteAvatar(tx: Tx, userId: string): Promise<void> {
  await tx.deleteFrom('avatar').where('user_id', '=', userId).execute()
}

/** Undefined when there is none, or the two are in no organization together. A member who is barred sees nobody. */
export async function getAvatar(db: Db, viewerId: string, userId: string) {
  const { rows } = await sql<{ bytes: Buffer; version: string; madeAt: Date }>`
    select avatar.bytes, u.avatar_version as version, avatar.created_at as "madeAt"
    from avatar join "user" u on u.id = avatar.user_id
    where avatar.user_id = ${userId} and u.avatar_version is not null
      and (${userId} = ${viewerId} or exists (
        select from organization_member mine
        join organization_member theirs using (organization_id)
        where mine.user_id = ${viewerId} and not mine.is_barred and theirs.user_id = ${userId}))
  `.execute(db)
  return rows[0]
}

export async function hasOthers(tx: Tx, userId: string): Promise<boolean> {
  const other = await tx
    .selectFrom('user')
    .select('id')
    .where('id', '<>', userId)
    .where('closed_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return other !== undefined
}

/** @returns ids of those that were live */
export async function revokeKeys(tx: Tx, userId: string): Promise<string[]> {
  const revoked = await tx
    .updateTable('api_key')
    .set({ revoked_at: sql`now()` })
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .returning('id')
    .execute()
  return revoked.map(({ id }) => id)
}

/** Everything that could be known of a person but that there was one. Sign-ins of every kind are gone. */
export async function anonymize(tx: Tx, userId: string): Promise<void> {
  for (const table of ['avatar', 'mailed_token', 'totp', 'recovery_code', 'passkey', 'linked_sign_in'] as const)
    await tx.deleteFrom(table).where('user_id', '=', userId).execute()
  await tx.deleteFrom('device_request').where('user_id', '=', userId).execute()
  await tx
    .updateTable('session')
    .set({ ip: null, user_agent: null, device_hash: null })
    .where('user_id', '=', userId)
    .execute()
  await tx
    .updateTable('user')
    .set({
      email: `${userId}@closed.invalid`,
      name: 'Closed account',
      password_hash: 'closed',
      username: null,
      phone: null,
      time_zone: null,
      language: null,
      preferences: '{}',
      avatar_version: null,
      email_verified_at: null,
      last_sign_in_at: null,
      is_administrator: false,
      closed_at: sql`now()`,
    })
    .where('id', '=', userId)
    .execute()
}
