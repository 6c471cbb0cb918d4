import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'
import type { SecurityRow } from '../reading/store.ts'

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

export async function lockNotice(tx: Tx): Promise<{ toldNumber: number; toldAt: Date | null }> {
  return tx
    .selectFrom('security_notice')
    .select(['told_number as toldNumber', 'told_at as toldAt'])
    .forUpdate()
    .executeTakeFirstOrThrow()
}

const MOST_TOLD = 10

export async function getUntold(
  tx: Tx,
  afterNumber: number,
): Promise<{ count: number; upto: number; newest: SecurityRow[] }> {
  const untold = sql`from security_event where severity = 'critical' and number > ${afterNumber}
    and number <= coalesce((select upto_number from seal order by number desc limit 1), 0)`
  const { rows } = await sql<{ count: number; upto: number | null }>`
    select count(*)::int as count, max(number) as upto ${untold}`.execute(tx)
  const { count = 0, upto = null } = rows[0] ?? {}
  if (count === 0) return { count, upto: afterNumber, newest: [] }
  const { rows: newest } = await sql<SecurityRow>`
    select id, at, '' as place, severity, kind, user_id as "userId", actor_id as "actorId",
      organization_id as "organizationId", host(ip) as ip, user_agent as "userAgent", facts
    ${untold} order by number desc limit ${MOST_TOLD}`.execute(tx)
  return { count, upto: upto ?? afterNumber, newest }
}

export async function setTold(tx: Tx, told: { number: number; at: Date }): Promise<void> {
  await tx.updateTable('security_notice').set({ told_number: told.number, told_at: told.at }).execute()
}
