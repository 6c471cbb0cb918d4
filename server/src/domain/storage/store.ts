import { sql } from 'kysely'
import type { Db, Tx } from '../../platform/db/index.ts'

// What refers to a blob or an object is known to rooms above this one. Their tables are read here, and only read,
// because "does anything still point at these bytes" must be answered in one statement.

/** What decides whether the bytes of a blob go out; a column of whatever selects from `blob`, read by `delivering.ts`. */
export type Standing = {
  scan: 'unscanned' | 'waiting' | 'clean' | 'infected' | 'skipped' | 'released'
  /** Why it was skipped. */
  reason: 'too-large' | 'unreachable' | 'encrypted' | null
  /** How it is kept; absent where the question is only whether it may be looked at. */
  kept?: Kept
}
/** Damage and tier are of the original, not of what was made of it. */
export type Kept = {
  blobId: string
  originalKey: string
  damage: 'missing' | 'changed' | 'unreadable' | null
  tier: 'hot' | 'cold'
}
export const standing = sql<Required<Standing>>`jsonb_build_object('scan', blob.scan_status, 'reason', blob.scan_reason,
  'kept', jsonb_build_object('blobId', blob.id, 'originalKey', blob.object_key, 'damage', blob.damage, 'tier', blob.tier))`

/** Who may open bytes of theirs that are not scanned yet; of what a stranger sent by a link, nobody. For rows with `version`. */
export const uploaderId = sql<string | null>`case when version.is_from_link then null else version.created_by end`

export type BlobRow = { id: string; objectKey: string; isUnreferenced: boolean; damage: string | null }

export async function hasBlob(db: Db, organizationId: string, sha256: Uint8Array): Promise<boolean> {
  const row = await db
    .selectFrom('blob')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('sha256', '=', Buffer.from(sha256))
    .where('damage', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}

export function lockBlob(tx: Tx, organizationId: string, sha256: Uint8Array): Promise<BlobRow | undefined> {
  return tx
    .selectFrom('blob')
    .select(['id', 'object_key as objectKey', 'damage'])
    .select(sql<boolean>`unreferenced_at is not null`.as('isUnreferenced'))
    .where('organization_id', '=', organizationId)
    .where('sha256', '=', Buffer.from(sha256))
    .forUpdate()
    .executeTakeFirst()
}

/** False when another transaction has recorded the same bytes. */
export async function insertBlob(
  tx: Tx,
  blob: {
    id: string
    organizationId: string
    sha256: Uint8Array
    sizeBytes: number
    mediaType: string
    objectKey: string
    isToBeScanned?: boolean | undefined
  },
): Promise<boolean> {
  const inserted = await tx
    .insertInto('blob')
    .values({
      id: blob.id,
      organization_id: blob.organizationId,
      sha256: Buffer.from(blob.sha256),
      size_bytes: blob.sizeBytes,
      media_type: blob.mediaType,
      object_key: blob.objectKey,
      ...(blob.isToBeScanned === false && { scan_status: 'unscanned' }),
    })
    .onConflict((on) => on.constraint('blob_same_bytes_once').doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

/** The bytes of a blob are under another key from now on, and whole. */
export async function heal(tx: Tx, blobId: string, objectKey: string): Promise<void> {
  await tx
    .updateTable('blob')
    .set({ object_key: objectKey, damage: null, damaged_at: null, verified_at: null, tier: 'hot', moving_at: null })
    .where('id', '=', blobId)
    .execute()
}

export async function setReferenced(tx: Tx, blobId: string): Promise<void> {
  await tx.updateTable('blob').set({ unreferenced_at: null }).where('id', '=', blobId).execute()
}

/** Locks blobs in the order of their ids, so that two that want the same ones do not wait for each other in a circle. */
export async function lockBlobs(tx: Tx, blobIds: readonly string[]): Promise<void> {
  await sql`select id from blob where id = any(${blobIds}::uuid[]) order by id for update`.execute(tx)
}

/** Of blobs that are locked, marks those that nothing refers to any more. Returns how many bytes that frees. */
export async function markUnreferenced(tx: Tx, blobIds: readonly string[]): Promise<number> {
  const { rows } = await sql<{ sizeBytes: number }>`
    update blob set unreferenced_at = now()
    where id = any(${blobIds}::uuid[]) and unreferenced_at is null
      and not exists (select from version where version.blob_id = blob.id)
    returning size_bytes as "sizeBytes"`.execute(tx)
  return rows.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
}

export async function listUnreferenced(db: Db, graceMs: number, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from blob where unreferenced_at <= now() - make_interval(secs => ${graceMs / 1000}::double precision)
    order by unreferenced_at limit ${limit}`.execute(db)
  return rows.map(({ id }) => id)
}

/** What the sweep would remove if it ran now. */
export async function countUnreferenced(db: Db, graceMs: number): Promise<{ blobs: number; bytes: number }> {
  const { rows } = await sql<{ blobs: number; bytes: number }>`
    select count(*)::int as blobs, coalesce(sum(size_bytes), 0)::bigint as bytes from blob
    where unreferenced_at <= now() - make_interval(secs => ${graceMs / 1000}::double precision)
      and not exists (select from version where blob_id = blob.id)`.execute(db)
  return rows[0] ?? { blobs: 0, bytes: 0 }
}

/** The lock half of lock-then-recheck; undefined when somebody holds it or it is referred to again. */
export async function lockUnreferenced(tx: Tx, blobId: string): Promise<{ sizeBytes: number } | undefined> {
  const { rows } = await sql<{ sizeBytes: number }>`
    select size_bytes as "sizeBytes" from blob
    where id = ${blobId} and unreferenced_at is not null for update skip locked`.execute(tx)
  return rows[0]
}

/** The recheck half, a statement of its own: it sees what was committed while the lock was waited for. */
export async function isReferenced(tx: Tx, blobId: string): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select exists (select from version where blob_id = ${blobId}) as found`.execute(tx)
  return rows[0]?.found === true
}

/**
 * The tables that say under which key there is an object. A table that is made with a column `object_key` is added here,
 * or its objects would be taken for orphans: a test compares this with the database.
 */
export const OBJECT_TABLES = ['blob', 'variant', 'bare_copy'] as const
/** Of objects that are on their way to becoming one of those: theirs are looked for by nobody. */
export const ARRIVING_TABLES = ['upload'] as const
const DERIVED_TABLES = OBJECT_TABLES.filter((table) => table !== 'blob')

/** Removes a blob's row and those of what was made of it. Returns the keys of the objects that nothing points at now. */
export async function deleteBlob(tx: Tx, blobId: string): Promise<string[]> {
  const made = DERIVED_TABLES.map(
    (table) =>
      sql`select object_key as key from ${sql.table(table)} where blob_id = ${blobId} and object_key is not null`,
  )
  const { rows } = await sql<{ key: string }>`
    ${sql.join(made, sql` union all `)} union all select object_key from blob where id = ${blobId}`.execute(tx)
  await tx.deleteFrom('blob').where('id', '=', blobId).execute()
  return rows.map(({ key }) => key)
}

/** Of these keys, those that no row mentions: no object of ours, nor an upload on its way to becoming one. */
export async function listOrphans(db: Db, keys: readonly string[]): Promise<string[]> {
  const mentioned = [...OBJECT_TABLES, ...ARRIVING_TABLES].map(
    (table) => sql`not exists (select from ${sql.table(table)} where object_key = key)`,
  )
  const { rows } = await sql<{ key: string }>`
    select key from unnest(${keys}::text[]) as key where ${sql.join(mentioned, sql` and `)}`.execute(db)
  return rows.map(({ key }) => key)
}

/** Of these ids of staged bytes, those that belong to an upload which still goes on. */
export async function listOpenUploads(db: Db, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from upload where id = any(${ids}::uuid[])
      and status in ('pending', 'uploading', 'paused', 'checking')`.execute(db)
  return rows.map(({ id }) => id)
}

/** Keys that rows say there are objects under, a page at a time in the order of the keys. */
export async function listRecordedKeys(db: Db, after: string, limit: number): Promise<string[]> {
  const recorded = OBJECT_TABLES.map(
    (table) =>
      sql`(select object_key as key from ${sql.table(table)} where object_key > ${after} order by object_key limit ${limit})`,
  )
  const { rows } = await sql<{ key: string }>`
    ${sql.join(recorded, sql` union all `)} order by key limit ${limit}`.execute(db)
  return rows.map(({ key }) => key)
}

/** About how many of them there are: as the database believes, which costs nothing. */
export async function countRecordedKeys(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select coalesce(sum(greatest(reltuples, 0)), 0)::bigint as count from pg_class
    where oid = any(${[...OBJECT_TABLES]}::text[]::regclass[])`.execute(db)
  return rows[0]?.count ?? 0
}
