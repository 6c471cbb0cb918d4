import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'

/** Blobs of which something that was made was lost, the longest ago first. What is damaged itself must be mended before. */
export async function listLost(db: Db, limit: number): Promise<{ id: string; lostAt: Date }[]> {
  const { rows } = await sql<{ id: string; lostAt: Date }>`
    select id, derived_lost_at as "lostAt" from blob
    where derived_lost_at is not null and damage is null order by derived_lost_at limit ${limit}`.execute(db)
  return rows
}

export async function countLost(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from blob where derived_lost_at is not null and damage is null`.execute(db)
  return rows[0]?.count ?? 0
}

/** Unless more was found to be lost meanwhile. */
export async function clearLost(tx: Tx, blobId: string, lostAt: Date): Promise<void> {
  await sql`
    update blob set derived_lost_at = null
    where id = ${blobId}::uuid and date_trunc('milliseconds', derived_lost_at) <= ${lostAt}`.execute(tx)
}

/** The objects stay: those that are none of anybody's any more are the sweep's. */
export async function deleteVariants(tx: Tx, blobId: string): Promise<void> {
  await sql`select id from blob where id = ${blobId}::uuid for update`.execute(tx)
  await tx.deleteFrom('variant').where('blob_id', '=', blobId).execute()
}

export async function deleteBareCopy(tx: Tx, objectKey: string): Promise<void> {
  await tx.deleteFrom('bare_copy').where('object_key', '=', objectKey).execute()
}
