import { sql } from 'kysely'
import type { Db, Tx } from '../../../../platform/db/index.ts'

const columns = [
  'id',
  'email',
  'name',
  'username',
  'is_administrator as isAdministrator',
  'has_second_factor as hasSecondFactor',
  'email_verified_at as emailVerifiedAt',
  'suspended_at as suspendedAt',
  'last_sign_in_at as lastSignInAt',
  'created_at as createdAt',
] as const

export type AccountRow = Awaited<ReturnType<typeof listAccounts>>[number]

/** Newest first; `after` is the last of the page before. `search` is part of a name, username or address. */
export function listAccounts(db: Db, page: { limit: number; after?: string | undefined; search?: string | undefined }) {
  const pattern = `%${(page.search ?? '').toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`
  return db
    .selectFrom('user')
    .select(columns)
    .where('closed_at', 'is', null)
    .$if(page.after !== undefined, (query) => query.where('id', '<', page.after ?? ''))
    .$if(page.search !== undefined && page.search !== '', (query) =>
      query.where(sql<boolean>`lower(name || ' ' || email || ' ' || coalesce(username, '')) like ${pattern}`),
    )
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute()
}

export function getAccountByEmail(db: Db, email: string): Promise<AccountRow | undefined> {
  return db
    .selectFrom('user')
    .select(columns)
    .where(sql<string>`lower(email)`, '=', email)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
}

export function lockAccount(tx: Tx, userId: string): Promise<AccountRow | undefined> {
  return tx
    .selectFrom('user')
    .select(columns)
    .where('id', '=', userId)
    .where('closed_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
}

/** Those who administer the installation and may sign in, locked in one order: of two that go at once, the second sees it. */
export async function lockAdministrators(tx: Tx): Promise<string[]> {
  const rows = await tx
    .selectFrom('user')
    .select('id')
    .where('is_administrator', '=', true)
    .where('suspended_at', 'is', null)
    .where('closed_at', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute()
  return rows.map(({ id }) => id)
}

export function setAccount(
  tx: Tx,
  userId: string,
  changes: { isAdministrator?: boolean; isSuspended?: boolean },
): Promise<AccountRow> {
  const { isAdministrator, isSuspended } = changes
  return tx
    .updateTable('user')
    .set({
      ...(isAdministrator !== undefined && { is_administrator: isAdministrator }),
      ...(isSuspended !== undefined && { suspended_at: isSuspended ? sql<Date>`now()` : null }),
    })
    .where('id', '=', userId)
    .returning(columns)
    .executeTakeFirstOrThrow()
}

/** What may be open in the name of an account besides its sessions. */
export async function listLiveKeys(db: Db, userId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('api_key')
    .select('id')
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .execute()
  return rows.map(({ id }) => id)
}
