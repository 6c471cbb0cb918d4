import type { Db, Tx } from '../../platform/db/index.ts'
import { sql, type Insertable } from 'kysely'
import type { Activity, SecurityEvent } from '../../platform/db/schema.gen.ts'

/** The columns that tell who did it. */
export type ActorColumns = {
  actor_kind: string
  actor_id: string | null
  credential_id: string | null
  ip: string | null
  user_agent: string | null
}

export async function insertActivity(tx: Tx, activity: Insertable<Activity>): Promise<void> {
  await tx.insertInto('activity').values(activity).execute()
}

export async function insertSecurityEvent(tx: Tx, event: Insertable<SecurityEvent>): Promise<void> {
  await tx.insertInto('security_event').values(event).execute()
}

export async function insertActivities(
  tx: Tx,
  resourceIds: readonly string[],
  common: ActorColumns & { organization_id: string | null; action: string; facts: string },
): Promise<void> {
  const { actor_kind, actor_id, credential_id, ip, user_agent, organization_id, action, facts } = common
  await sql`
    insert into activity
      (id, actor_kind, actor_id, credential_id, ip, user_agent, organization_id, resource_id, action, facts)
    select gen_random_uuid(), ${actor_kind}, ${actor_id}::uuid, ${credential_id}::uuid, ${ip}::inet, ${user_agent},
      ${organization_id}::uuid, resource_id, ${action}, ${facts}::jsonb
    from unnest(${resourceIds}::uuid[]) as resource_id`.execute(tx)
}

/** Partitions for the months to come. A month whose partition is missing could not be written to. */
/** Partitions that `makePartitions` would make. */
export async function countMissingPartitions(db: Db, monthsAhead: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count
    from unnest(array['activity', 'security_event', 'seal']) as whole,
      generate_series(0, ${monthsAhead}::int) as ahead
    where to_regclass(whole || '_' || to_char(
      date_trunc('month', now() at time zone 'utc') + make_interval(months => ahead), 'YYYY_MM')) is null`.execute(db)
  return rows[0]?.count ?? 0
}

export async function makePartitions(tx: Tx, monthsAhead: number): Promise<void> {
  await sql`select make_activity_partitions(${monthsAhead})`.execute(tx)
}
