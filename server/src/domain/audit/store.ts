import type { Tx } from '../../platform/db/index.ts'
import { sql, type Insertable } from 'kysely'
import type { Activity, SecurityEvent } from '../../platform/db/schema.gen.ts'

export async function insertActivity(tx: Tx, activity: Insertable<Activity>): Promise<void> {
  await tx.insertInto('activity').values(activity).execute()
}

export async function insertSecurityEvent(tx: Tx, event: Insertable<SecurityEvent>): Promise<void> {
  await tx.insertInto('security_event').values(event).execute()
}

export async function insertActivities(
  tx: Tx,
  resourceIds: readonly string[],
  common: { actor_id: string | null; organization_id: string | null; action: string; ip: string | null; facts: string },
): Promise<void> {
  const { actor_id, organization_id, action, ip, facts } = common
  await sql`
    insert into activity (id, actor_id, organization_id, resource_id, action, ip, facts)
    select gen_random_uuid(), ${actor_id}::uuid, ${organization_id}::uuid, resource_id, ${action}, ${ip}::inet, ${facts}::jsonb
    from unnest(${resourceIds}::uuid[]) as resource_id`.execute(tx)
}

/** Partitions for the months to come. A month whose partition is missing could not be written to. */
export async function makePartitions(tx: Tx, monthsAhead: number): Promise<void> {
  await sql`select make_activity_partitions(${monthsAhead})`.execute(tx)
}
