import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'

/** An object as the rows know it. */
export type RecordedObject = {
  objectKey: string
  organizationId: string
  /** Of the bytes as they were uploaded; null: of these no hash is kept, or they are on their way in. */
  sha256: Buffer | null
  /** As they were uploaded; what is encrypted or compressed is kept with another. */
  sizeBytes: number
  isDamaged: boolean
}

/** Of these keys, those that rows mention, each with whose it is. */
export async function listRecorded(db: Db, keys: readonly string[]): Promise<RecordedObject[]> {
  const { rows } = await sql<RecordedObject>`
    select object_key as "objectKey", organization_id as "organizationId", sha256, size_bytes as "sizeBytes",
      damage is not null as "isDamaged" from blob where object_key = any(${keys}::text[])
    union all
    select variant.object_key, organization_id, variant.sha256, variant.size_bytes, false
    from variant join blob on blob.id = blob_id where variant.object_key = any(${keys}::text[])
    union all
    select bare_copy.object_key, organization_id, bare_copy.sha256, bare_copy.size_bytes, false
    from bare_copy join blob on blob.id = blob_id where bare_copy.object_key = any(${keys}::text[])
    union all
    select object_key, organization_id, null, coalesce(length_bytes, 0), false
    from upload where object_key = any(${keys}::text[])`.execute(db)
  return rows
}

/** What is to be moved, as far as rows tell: what is cold lies elsewhere. */
export async function sumOfHot(db: Db): Promise<{ objects: number; bytes: number }> {
  const { rows } = await sql<{ objects: number; bytes: number }>`
    select count(*) as objects, coalesce(sum(size_bytes), 0)::bigint as bytes from (
      select size_bytes from blob where tier = 'hot'
      union all select size_bytes from variant
      union all select size_bytes from bare_copy where object_key is not null) as kept`.execute(db)
  return rows[0] ?? { objects: 0, bytes: 0 }
}

/** Of these keys, those that have been copied to the target and read back there. */
export async function listMoved(db: Db, target: string, keys: readonly string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('moved_object')
    .select('object_key')
    .where('target', '=', target)
    .where('object_key', '=', sql<string>`any(${keys}::text[])`)
    .execute()
  return rows.map(({ object_key }) => object_key)
}

export async function insertMoved(tx: Tx, target: string, key: string): Promise<void> {
  await tx
    .insertInto('moved_object')
    .values({ target, object_key: key })
    .onConflict((on) => on.doNothing())
    .execute()
}

/** What is removed from a place is not there any more, whatever was copied to it once. */
export async function forgetMoved(tx: Tx, target: string, key: string): Promise<void> {
  await tx.deleteFrom('moved_object').where('target', '=', target).where('object_key', '=', key).execute()
}

/** Of these keys, those of blobs that are known to be damaged. */
export async function listDamagedKeys(db: Db, keys: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`
    select object_key as key from blob where damage is not null and object_key = any(${keys}::text[])`.execute(db)
  return rows.map(({ key }) => key)
}
