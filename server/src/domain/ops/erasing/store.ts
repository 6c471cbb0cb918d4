import { sql } from 'kysely'
import pg from 'pg'
import type { Db, Tx } from '../../../platform/db/index.ts'

// Which tables there are is asked of the database, not written down here: a room that is added later is erased too.

/** A table with rows of organizations. `above` leads from a row to the one of the same table that it refers to. */
export type TenantTable = { name: string; above: { column: string; target: string }[] }

/** The trail is kept: it is append-only, sealed, and dropped by the month. */
const KEPT = ['activity', 'security_event', 'seal']

/** Every table whose rows say which organization they belong to, those of the trail excepted. */
export async function listTenantTables(db: Db): Promise<TenantTable[]> {
  const { rows } = await sql<TenantTable>`
    select c.oid::regclass::text as name, coalesce((
      select jsonb_agg(jsonb_build_object('column', quote_ident(child.attname), 'target', quote_ident(parent.attname)))
      from pg_constraint k
      join pg_attribute child on child.attrelid = c.oid and child.attnum = k.conkey[1]
      join pg_attribute parent on parent.attrelid = c.oid and parent.attnum = k.confkey[1]
      where k.contype = 'f' and k.conrelid = c.oid and k.confrelid = c.oid and cardinality(k.conkey) = 1
    ), '[]') as above
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname <> all(${KEPT}::text[])
    order by 1`.execute(db)
  return rows
}

/** Deletes some rows, of those that nothing of the same table refers to. Returns how many: 0 when there are no more. */
export async function deleteSome(
  tx: Tx,
  { name, above }: TenantTable,
  organizationId: string,
  limit: number,
): Promise<number> {
  const table = sql.raw(name)
  const isLeaf = above.map(
    ({ column, target }) =>
      sql`and not exists (select from ${table} as below where below.${sql.raw(column)} = chosen.${sql.raw(target)})`,
  )
  const { numAffectedRows } = await sql`
    delete from ${table} where organization_id = ${organizationId} and ctid = any(array(
      select chosen.ctid from ${table} as chosen
      where chosen.organization_id = ${organizationId} ${sql.join(isLeaf, sql` `)} limit ${limit}))`.execute(tx)
  return Number(numAffectedRows ?? 0)
}

/** Whether rows of a table that comes later still refer to what was to be deleted. */
export const isStillReferredTo = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.code === '23503'

/** Organizations whose time has come, and those whose erasing was begun and not finished. */
export async function listDue(db: Db): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from organization where status = 'erasing'
    union
    select organization_id from organization_erasure join organization on organization.id = organization_id
    where erase_at <= now() and organization.status = 'closing'`.execute(db)
  return rows.map(({ id }) => id)
}

/** Undefined when it is gone, or an owner kept it. Locked until the transaction ends. */
export async function lockDue(
  tx: Tx,
  organizationId: string,
): Promise<{ status: string; askedBy: string } | undefined> {
  const { rows } = await sql<{ status: string; askedBy: string }>`
    select organization.status, coalesce(erasure.asked_by, organization.created_by) as "askedBy"
    from organization left join organization_erasure as erasure on erasure.organization_id = organization.id
    where organization.id = ${organizationId}
      and (organization.status = 'erasing' or (organization.status = 'closing' and erasure.erase_at <= now()))
    for no key update of organization`.execute(tx)
  return rows[0]
}

/** From here on nobody is in it, so nobody sees it, and it cannot be kept any more. Returns who was. */
export async function closeForGood(tx: Tx, organizationId: string): Promise<string[]> {
  await tx.updateTable('organization').set({ status: 'erasing' }).where('id', '=', organizationId).execute()
  const rows = await tx
    .deleteFrom('organization_member')
    .where('organization_id', '=', organizationId)
    .returning('user_id')
    .execute()
  return rows.map(({ user_id }) => user_id)
}

/** Some uploads, with what may be in the store for them. */
export async function listUploads(db: Db, organizationId: string, limit: number) {
  return db
    .selectFrom('upload')
    .select(['id', 'object_key as objectKey'])
    .where('organization_id', '=', organizationId)
    .limit(limit)
    .execute()
}

export async function deleteUploads(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx
    .deleteFrom('upload')
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .execute()
}

/** Tables of what is made from a blob and kept in the store: variants, copies without metadata. */
export async function listDerivedTables(db: Db): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select c.oid::regclass::text as name from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and 2 = (
      select count(*) from pg_attribute a
      where a.attrelid = c.oid and a.attname in ('blob_id', 'object_key') and not a.attisdropped)
    order by 1`.execute(db)
  return rows.map(({ name }) => name)
}

/** Some blobs, each with the keys of its object and of what was made from it. */
export async function listBlobs(db: Db, derived: readonly string[], organizationId: string, limit: number) {
  const made = derived.map(
    (name) => sql`select object_key from ${sql.raw(name)} where blob_id = blob.id and object_key is not null`,
  )
  const { rows } = await sql<{ id: string; sizeBytes: number; keys: string[] }>`
    select blob.id, blob.size_bytes as "sizeBytes",
      array(${sql.join([sql`select blob.object_key`, ...made], sql` union all `)}) as keys
    from blob where organization_id = ${organizationId} limit ${limit}`.execute(db)
  return rows
}

export async function deleteBlobs(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx
    .deleteFrom('blob')
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .execute()
}

/** Fails when anything still refers to it: what was added meanwhile is erased by the next attempt. */
export async function deleteOrganization(tx: Tx, organizationId: string): Promise<boolean> {
  const deleted = await tx
    .deleteFrom('organization')
    .where('id', '=', organizationId)
    .returning('id')
    .executeTakeFirst()
  return deleted !== undefined
}
