import { sql, type RawBuilder } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'

/** SQL for the columns of a row that is asked about. */
export type Row = { id: RawBuilder<unknown>; organizationId: RawBuilder<unknown>; createdBy: RawBuilder<unknown> }

const resource: Row = {
  id: sql.ref('resource.id'),
  organizationId: sql.ref('resource.organization_id'),
  createdBy: sql.ref('resource.created_by'),
}

/**
 * Everybody whose grants are also a member's: themselves, their teams and, unless a guest, the whole organization.
 *
 * @param member  alias of the `organization_member` that is asked about
 */
export function principalsOf(member: string) {
  const of = (column: string) => sql.ref(`${member}.${column}`)
  return sql`(
    select ${of('user_id')} as id
    union all select ${of('organization_id')} where ${of('role')} <> 'guest'
    union all select team_member.team_id from team_member
      where team_member.organization_id = ${of('organization_id')} and team_member.user_id = ${of('user_id')}
  )`
}

export const isLive = (grant: string) =>
  sql<boolean>`(${sql.ref(`${grant}.expires_at`)} is null or ${sql.ref(`${grant}.expires_at`)} > now())`

/**
 * The one question, as SQL: the sum of the rights that a user holds on a row. Owners and admins hold everything in
 * their organization, a member what they uploaded, and otherwise what live grants that reach the row give to them, to
 * one of their teams or to the organization. Nothing for whoever is no member, or is barred; and no more than to read
 * and download where the organization is frozen.
 *
 * `userId` and `row` are written inside a query that names a `holder`, `held`, `principal` and `reach` of its own.
 * Used alike for one resource, for each row of a list, for the live feed and to explain.
 */
export function rightsSum(userId: RawBuilder<unknown>, row: Row): RawBuilder<number> {
  return sql<number>`coalesce((
    select case when holder.role in ('owner', 'admin') or ${row.createdBy} = holder.user_id then 31 else (
      select bit_or(held.rights)::int
      from ${principalsOf('holder')} as principal
      join reach on reach.resource_id = ${row.id} and reach.principal_id = principal.id
      join "grant" as held on held.id = reach.grant_id and ${isLive('held')}
    ) end & case when holder.is_frozen then 5 else 31 end
    from organization_member as holder
    where holder.organization_id = ${row.organizationId} and holder.user_id = ${userId} and not holder.is_barred
  ), 0)`
}

/** The same for every row of an organization that a user is known to see everything of: asked once, whatever the rows. */
export function rightsSumOfAll(userId: RawBuilder<unknown>, organizationId: RawBuilder<unknown>): RawBuilder<number> {
  return sql<number>`coalesce((
    select case when holder.is_frozen then 5 else 31 end from organization_member as holder
    where holder.organization_id = ${organizationId} and holder.user_id = ${userId} and not holder.is_barred
  ), 0)`
}

/** What a user may do with a resource, as a sum. */
export async function rightsOfUser(db: Db, userId: string, resourceId: string): Promise<number> {
  const { rows } = await sql<{ sum: number }>`
    select ${rightsSum(sql`${userId}::uuid`, resource)} as sum from resource where resource.id = ${resourceId}::uuid
  `.execute(db)
  return rows[0]?.sum ?? 0
}

/**
 * What the holder of a link may do with a resource, as a sum: what the link was given, and never more than its maker
 * holds now. A link whose maker may no longer share gives nothing, and neither does one that is over.
 */
export async function rightsOfLink(db: Db, linkId: string, resourceId: string): Promise<number> {
  const { rows } = await sql<{ given: number; makers: number }>`
    select bit_or(held.rights)::int as given, max(${rightsSum(sql.ref('link.created_by'), resource)}) as makers
    from link
    join resource on resource.id = ${resourceId}::uuid and resource.organization_id = link.organization_id
    join reach on reach.resource_id = resource.id and reach.principal_id = link.id
    join "grant" as held on held.id = reach.grant_id and ${isLive('held')}
    where link.id = ${linkId}::uuid and ${isLinkLive}`.execute(db)
  const { given = 0, makers = 0 } = rows[0] ?? {}
  const share = 16
  return (makers & share) === 0 ? 0 : given & makers
}

const isLinkLive = sql<boolean>`
  link.revoked_at is null and (link.expires_at is null or link.expires_at > now())`

/** Which of these users may read which of these resources: `${resourceId} ${userId}`. */
export async function readersAmong(
  db: Db,
  resourceIds: readonly string[],
  userIds: readonly string[],
): Promise<Set<string>> {
  const { rows } = await sql<{ id: string; userId: string }>`
    select resource.id, reader.id as "userId"
    from resource cross join unnest(${userIds}::uuid[]) as reader (id)
    where resource.id = any(${resourceIds}::uuid[])
      and ${rightsSum(sql.ref('reader.id'), resource)} & 1 = 1`.execute(db)
  return new Set(rows.map(({ id, userId }) => `${id} ${userId}`))
}

/** Those who see everything in an organization. */
export async function listSupervisors(db: Db, organizationId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('organization_member')
    .select('user_id')
    .where('organization_id', '=', organizationId)
    .where('role', 'in', ['owner', 'admin'])
    .execute()
  return rows.map(({ user_id }) => user_id)
}

/** Puts a resource into the tree. Whatever grants come to its parent come to it. */
export async function insertResource(
  tx: Tx,
  row: {
    id: string
    organizationId: string
    kind: 'file' | 'folder' | 'event'
    createdBy: string
    parentId?: string | undefined
  },
): Promise<void> {
  const { id, organizationId, kind, createdBy, parentId } = row
  await tx
    .insertInto('resource')
    .values({ id, organization_id: organizationId, kind, created_by: createdBy, parent_id: parentId ?? null })
    .execute()
  // A statement of its own: the one before has waited for whoever was changing the grants of the parent.
  if (parentId !== undefined) {
    await sql`
      insert into reach (organization_id, resource_id, principal_id, grant_id)
      select organization_id, ${id}::uuid, principal_id, grant_id from reach where resource_id = ${parentId}::uuid
    `.execute(tx)
  }
}

export async function deleteResources(tx: Tx, ids: readonly string[]): Promise<void> {
  // Whoever is just granting something on one of them comes first, and what that wrote goes too.
  await sql`select id from resource where id = any(${ids}::uuid[]) order by id for update`.execute(tx)
  await sql`delete from reach where resource_id = any(${ids}::uuid[])`.execute(tx)
  await tx
    .deleteFrom('resource')
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .execute()
}
