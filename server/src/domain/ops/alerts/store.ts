import { sql } from 'kysely'
import type { Db } from '../../../platform/db/index.ts'

/** Where those can be reached who administer the installation and want to hear of alerts. */
export async function listAdministrators(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('user')
    .select('email')
    .where('is_administrator', '=', true)
    .where('suspended_at', 'is', null)
    .where('closed_at', 'is', null)
    .where(sql<boolean>`coalesce(preferences #> '{notifications,alerts}' ? 'mail', true)`)
    .orderBy('id')
    .execute()
  return rows.map(({ email }) => email)
}

/** Whom events concern, by name. */
export async function namesOfUsers(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('user')
    .select(['id', 'name'])
    .where('id', 'in', [...ids])
    .execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}
