import type { TimelineKind } from '@trove/contract/timeline'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../../platform/db/index.ts'
import { isLive, principalsOf } from '../../../access/index.ts'
import type { Scope } from '../../../files/index.ts'
import type { Day, MonthOrDay } from '../rules.ts'

const DAYS_OF_MONTH = Array.from({ length: 31 }, (_, i) => i + 1)

const ofKind = (kind: TimelineKind | undefined) => (kind === undefined ? sql`` : sql`and kind = ${kind}`)

/** For those who see everything: how many there are on each day, newest first. */
export async function listDays(db: Db, organizationId: string, kind: TimelineKind | undefined): Promise<Day[]> {
  const { rows } = await sql<Day>`
    select to_char(day, 'YYYY-MM-DD') as day, sum(number)::int as count from (
      select day, kind, count as number from timeline_day where organization_id = ${organizationId}::uuid
      union all
      select day, kind, change from timeline_change where organization_id = ${organizationId}::uuid
    ) as kept
    where true ${ofKind(kind)}
    group by kept.day having sum(number) > 0 order by kept.day desc`.execute(db)
  return rows
}

/**
 * For a member: of the folders that they may read everything, of others what they uploaded themselves, and of the files
 * only those counted one by one that were granted to them by themselves. In one statement, so that a sum that is
 * folded meanwhile is told once. In no order.
 */
export async function listPartsOfMember(
  db: Db,
  { organizationId, userId }: Scope,
  kind: TimelineKind | undefined,
): Promise<MonthOrDay[]> {
  const isTheirs = sql`(created_by = ${userId}::uuid or folder_id in (select id from readable))`
  const sums = sql.join(DAYS_OF_MONTH.map((day) => sql`sum(counts[${sql.lit(day)}])::int`))
  const { rows } = await sql<MonthOrDay>`
    with principal as materialized (
      select principal.id from organization_member as holder
      cross join lateral ${principalsOf('holder')} as principal
      where holder.organization_id = ${organizationId}::uuid and holder.user_id = ${userId}::uuid and not holder.is_barred
    ), readable as materialized (
      select distinct folder.id from folder cross join principal
      join reach on reach.resource_id = folder.id and reach.principal_id = principal.id
      join "grant" as held on held.id = reach.grant_id and ${isLive('held')}
      where folder.organization_id = ${organizationId}::uuid
    ), granted as (
      select distinct reach.resource_id as id from principal
      join reach on reach.organization_id = ${organizationId}::uuid and reach.principal_id = principal.id and reach.is_direct
      join "grant" as held on held.id = reach.grant_id and ${isLive('held')}
    )
    select to_char(month, 'YYYY-MM') as at, array[${sums}] as counts, 0 as count
    from timeline_folder_month where organization_id = ${organizationId}::uuid ${ofKind(kind)} and ${isTheirs}
      and exists (select from principal)
    group by month
    union all
    select to_char(day, 'YYYY-MM-DD'), null, sum(change)::int
    from timeline_folder_change where organization_id = ${organizationId}::uuid ${ofKind(kind)} and ${isTheirs}
      and exists (select from principal)
    group by day
    union all
    select to_char(file.local_at, 'YYYY-MM-DD'), null, count(*)::int
    from granted join file on file.id = granted.id join resource on resource.id = file.id
    where file.organization_id = ${organizationId}::uuid and file.trashed_at is null and file.kind in ('image', 'video')
      ${ofKind(kind)} and file.created_by <> ${userId}::uuid
      and (resource.parent_id is null or resource.parent_id not in (select id from readable))
    group by 1`.execute(db)
  return rows
}

/** Adds what was written down to the numbers. Whoever reads meanwhile sees the same sums. */
export async function foldChanges(tx: Tx): Promise<number> {
  const { rows } = await sql<{ folded: number }>`
    with gone as (delete from timeline_change returning organization_id, day, kind, change),
    summed as (
      insert into timeline_day as kept (organization_id, day, kind, count)
      select organization_id, day, kind, sum(change) from gone group by 1, 2, 3
      on conflict (organization_id, day, kind) do update set count = kept.count + excluded.count
    )
    select count(*)::int as folded from gone`.execute(tx)
  await sql`delete from timeline_day where count = 0`.execute(tx)
  await sql`select fold_timeline_folders()`.execute(tx)
  return rows[0]?.folded ?? 0
}

export async function countChanges(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from timeline_change`.execute(db)
  return rows[0]?.count ?? 0
}
