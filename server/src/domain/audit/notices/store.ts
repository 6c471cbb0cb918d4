import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'

/** Critical events that a person has not looked at, up to a hundred. */
export async function countUnseen(db: Db, userId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (
      select from security_event where severity = 'critical' and number > coalesce(
        (select seen_number from security_reading where user_id = ${userId}), 0)
      limit 100) as unseen`.execute(db)
  return rows[0]?.count ?? 0
}

/** Only what is sealed counts as seen: a line with a lower number may still be on its way. */
export async function markSeen(tx: Tx, userId: string): Promise<void> {
  await sql`
    insert into security_reading (user_id, seen_number)
    values (${userId}, coalesce((select upto_number from seal order by number desc limit 1), 0))
    on conflict (user_id) do update set seen_number = greatest(security_reading.seen_number, excluded.seen_number)
  `.execute(tx)
}
