import { rights, type Rights } from '@trove/contract/access'
import { sql, type RawBuilder } from 'kysely'
import type { Db, Tx } from '../../platform/db/index.ts'

/**
 * The one question, as SQL: does this user hold rights on a row with these columns? Owners and admins hold all
 * rights on everything in their organization, a member on what they uploaded, for as long as they are a member.
 * Used alike for one file and for lists. Every right is held together until grants come.
 *
 * @param row  SQL for the organization and the uploader of the row that is asked about
 */
export function holdsRights(
  userId: string,
  row: { organizationId: RawBuilder<unknown>; createdBy: RawBuilder<unknown> },
) {
  return sql<boolean>`exists (
    select from organization_member as holder
    where holder.organization_id = ${row.organizationId} and holder.user_id = ${userId}
      and (holder.role in ('owner', 'admin') or ${row.createdBy} = holder.user_id))`
}

const resource = { organizationId: sql.ref('resource.organization_id'), createdBy: sql.ref('resource.created_by') }

/** What a user may do with a resource. */
export async function rightsOn(db: Db, userId: string, resourceId: string): Promise<Rights> {
  const row = await db
    .selectFrom('resource')
    .select('id')
    .where('id', '=', resourceId)
    .where(holdsRights(userId, resource))
    .executeTakeFirst()
  return row === undefined ? [] : [...rights]
}

/** Which of these users may read which of these resources: `${resourceId} ${userId}`. */
export async function readersAmong(
  db: Db,
  resourceIds: readonly string[],
  userIds: readonly string[],
): Promise<Set<string>> {
  const rows = await db
    .selectFrom('resource')
    .innerJoin('organization_member as holder', 'holder.organization_id', 'resource.organization_id')
    .select(['resource.id', 'holder.user_id as userId'])
    .where('resource.id', '=', sql<string>`any(${resourceIds}::uuid[])`)
    .where('holder.user_id', '=', sql<string>`any(${userIds}::uuid[])`)
    .where((eb) =>
      eb.or([eb('holder.role', 'in', ['owner', 'admin']), eb('resource.created_by', '=', eb.ref('holder.user_id'))]),
    )
    .execute()
  return new Set(rows.map(({ id, userId }) => `${id} ${userId}`))
}

export async function insertResource(
  tx: Tx,
  row: { id: string; organizationId: string; kind: 'file'; createdBy: string },
): Promise<void> {
  await tx
    .insertInto('resource')
    .values({ id: row.id, organization_id: row.organizationId, kind: row.kind, created_by: row.createdBy })
    .execute()
}

export async function deleteResources(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx
    .deleteFrom('resource')
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .execute()
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
