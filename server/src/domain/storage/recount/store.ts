import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'

/** How far the books are from what there is: what must be added to be right. All nothing: they agree. */
export type Difference = {
  organizationId: string
  usedBytes: number
  reservedBytes: number
  fileCount: number
  /** Blobs that nothing refers to and nobody has marked for the sweep, and those marked that are referred to. */
  wrongMarks: number
}

/**
 * One statement sees the books and what they are about at the same instant, and both are only changed together; so a
 * difference is one, however busy it is, and nobody waits. Undefined for an organization that is being erased.
 */
export async function measureDifference(db: Db, organizationId: string): Promise<Difference | undefined> {
  const { rows } = await sql<Difference>`
    with referred as materialized (
      select distinct version.blob_id from file join version on version.file_id = file.id
      where file.organization_id = ${organizationId}
    ), counted as (
      select coalesce(sum(blob.size_bytes) filter (where referred.blob_id is not null), 0)::bigint as used,
        count(*) filter (where (referred.blob_id is null) = (blob.unreferenced_at is null)) as wrong_marks
      from blob left join referred on referred.blob_id = blob.id where blob.organization_id = ${organizationId}
    )
    select quota.organization_id as "organizationId", counted.used - quota.used_bytes as "usedBytes",
      (select coalesce(sum(bytes), 0)::bigint from reservation where organization_id = quota.organization_id)
        - quota.reserved_bytes as "reservedBytes",
      (select count(*) from file where organization_id = quota.organization_id) - quota.file_count as "fileCount",
      counted.wrong_marks as "wrongMarks"
    from quota join organization on organization.id = quota.organization_id, counted
    where quota.organization_id = ${organizationId} and organization.status <> 'erasing'`.execute(db)
  return rows[0]
}

/** Two corrections at once would correct twice. */
export async function lockBooks(tx: Tx, organizationId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${organizationId}, 231))`.execute(tx)
}

/** Marks what nothing refers to, and takes wrong marks away; each blob is locked and asked about once more. */
export async function correctMarks(tx: Tx, organizationId: string): Promise<void> {
  await sql`
    update blob set unreferenced_at = case when unreferenced_at is null then now() end
    where id in (
      select id from blob
      where organization_id = ${organizationId}
        and (unreferenced_at is null) <> exists (select from version where version.blob_id = blob.id)
      order by id for update
    ) and (unreferenced_at is null) <> exists (select from version where version.blob_id = blob.id)`.execute(tx)
}

/** Adds the difference instead of writing the sum: what others have added since it was measured is kept. */
export async function correctQuota(tx: Tx, by: Difference): Promise<void> {
  await sql`
    update quota set used_bytes = greatest(0, used_bytes + ${by.usedBytes}),
      reserved_bytes = greatest(0, reserved_bytes + ${by.reservedBytes}),
      file_count = greatest(0, file_count + ${by.fileCount})
    where organization_id = ${by.organizationId}`.execute(tx)
}

/** Organizations with books, a page at a time in the order of their ids. */
export async function listOrganizations(db: Db, after: string | undefined, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('quota')
    .select('organization_id')
    .$if(after !== undefined, (q) => q.where('organization_id', '>', after ?? ''))
    .orderBy('organization_id')
    .limit(limit)
    .execute()
  return rows.map(({ organization_id }) => organization_id)
}

export async function countOrganizations(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from quota`.execute(db)
  return rows[0]?.count ?? 0
}
