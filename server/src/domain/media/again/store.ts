import type { VariantName } from '@trove/contract/files'
import type { StepName } from '@trove/contract/processing'
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

export type LostVariant = { name: VariantName; mediaType: string; number: number; objectKey: string }

/** Those of these objects that are variants still. */
export async function listVariants(db: Db, objectKeys: readonly string[]): Promise<LostVariant[]> {
  const { rows } = await sql<LostVariant>`
    select name, media_type as "mediaType", number, object_key as "objectKey"
    from variant where object_key = any(${objectKeys}::text[])`.execute(db)
  return rows
}

/** The objects stay: those that are none of anybody's any more are the sweep's. @returns  the names of what was there */
export async function deleteVariants(tx: Tx, objectKeys: readonly string[]): Promise<VariantName[]> {
  const { rows } = await sql<{ name: VariantName }>`
    delete from variant where object_key = any(${objectKeys}::text[]) returning name`.execute(tx)
  return rows.map(({ name }) => name)
}

export async function deleteFirstPage(tx: Tx, blobId: string): Promise<void> {
  await sql`delete from variant where blob_id = ${blobId}::uuid and name = 'page' and number = 1`.execute(tx)
}

/** It waits again, from its first attempt, whatever became of it. */
export async function reopen(
  tx: Tx,
  step: { blobId: string; organizationId: string; name: StepName; revision: number },
): Promise<void> {
  await sql`
    insert into step (blob_id, name, organization_id, revision)
    values (${step.blobId}::uuid, ${step.name}, ${step.organizationId}::uuid, ${step.revision})
    on conflict (blob_id, name) do update set status = 'waiting', attempts = 0, progress = 0, reason = null,
      failure = null, ended_at = null, asked_at = now()
    where step.status <> 'running'`.execute(tx)
}

export async function deleteBareCopy(tx: Tx, objectKey: string): Promise<void> {
  await tx.deleteFrom('bare_copy').where('object_key', '=', objectKey).execute()
}
