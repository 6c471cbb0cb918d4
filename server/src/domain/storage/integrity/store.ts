import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'
import type { Damage, Scope } from './rules.ts'

/** What is to be read again: the original of a blob. */
export type DueBlob = {
  id: string
  organizationId: string
  objectKey: string
  sizeBytes: number
  sha256: Buffer
  damage: Damage | null
}

/** What was made of a blob and is kept in the store. */
export type DerivedObject = {
  of: 'variant' | 'bare copy'
  blobId: string
  objectKey: string
  sizeBytes: number
  sha256: Buffer | null
}

/** @param seed  what chance is made of, so that a reading that goes on chooses the same */
const chosen = ({ organizationId, samplePercent }: Scope, seed: string) => sql<boolean>`
  ${organizationId === undefined ? sql`true` : sql`organization_id = ${organizationId}::uuid`}
  and ${
    samplePercent === undefined
      ? sql`true`
      : sql`('x' || left(md5(id::text || ${seed}::text), 8))::bit(32)::bigint < ${(samplePercent / 100) * 2 ** 32}::double precision`
  }`

/** Those that were not read since `before`, and were there when this reading was begun or gone on with. */
export type Due = { id: string; before: Date; until: Date }

const isDue = ({ before, until }: Due) =>
  sql<boolean>`(verified_at is null or verified_at < ${before}) and created_at < ${until}`

/** The longest unread first. */
export async function listDue(db: Db, scope: Scope, run: Due, limit: number): Promise<DueBlob[]> {
  const { rows } = await sql<DueBlob>`
    select id, organization_id as "organizationId", object_key as "objectKey", size_bytes as "sizeBytes", sha256, damage
    from blob where ${isDue(run)} and ${chosen(scope, run.id)}
    order by verified_at nulls first, id limit ${limit}`.execute(db)
  return rows
}

export async function countDue(db: Db, scope: Scope, run: Due): Promise<{ blobs: number; bytes: number }> {
  const { rows } = await sql<{ blobs: number; bytes: number }>`
    select count(*) as blobs, coalesce(sum(size_bytes), 0)::bigint as bytes
    from blob where ${isDue(run)} and ${chosen(scope, run.id)}`.execute(db)
  return rows[0] ?? { blobs: 0, bytes: 0 }
}

export async function getDue(db: Db, blobId: string): Promise<DueBlob | undefined> {
  const { rows } = await sql<DueBlob>`
    select id, organization_id as "organizationId", object_key as "objectKey", size_bytes as "sizeBytes", sha256, damage
    from blob where id = ${blobId}::uuid`.execute(db)
  return rows[0]
}

export async function listDerived(db: Db, blobIds: readonly string[]): Promise<DerivedObject[]> {
  const { rows } = await sql<DerivedObject>`
    select 'variant' as of, blob_id as "blobId", object_key as "objectKey", size_bytes as "sizeBytes", sha256
    from variant where blob_id = any(${blobIds}::uuid[])
    union all
    select 'bare copy', blob_id, object_key, size_bytes, sha256
    from bare_copy where blob_id = any(${blobIds}::uuid[]) and object_key is not null`.execute(db)
  return rows
}

/** What a derived object was found to be, for the next time; it had no hash yet. */
export async function setDerivedHash(tx: Tx, object: DerivedObject, sha256: Buffer): Promise<void> {
  const table = sql.ref(object.of === 'variant' ? 'variant' : 'bare_copy')
  await sql`
    update ${table} set sha256 = ${sha256} where object_key = ${object.objectKey} and sha256 is null`.execute(tx)
}

/** The room that makes them looks for these. Of several marks the first counts. */
export async function markDerivedLost(tx: Tx, blobId: string): Promise<void> {
  await sql`
    update blob set derived_lost_at = coalesce(derived_lost_at, now()) where id = ${blobId}::uuid`.execute(tx)
}

/** They are what they were. What was flagged before stays flagged: that is for `lockKept` to decide. */
export async function setVerified(tx: Tx, blobIds: readonly string[]): Promise<void> {
  await sql`
    update blob set verified_at = now() from (
      select id from blob where id = any(${blobIds}::uuid[]) and damage is null order by id for update
    ) as read where blob.id = read.id`.execute(tx)
}

/** A blob as it is kept now, locked; undefined when it has gone, or was read under a key that is no longer its own. */
export async function lockKept(
  tx: Tx,
  blob: { id: string; objectKey: string },
): Promise<{ damage: Damage | null } | undefined> {
  const { rows } = await sql<{ damage: Damage | null }>`
    select damage from blob where id = ${blob.id}::uuid and object_key = ${blob.objectKey} for update`.execute(tx)
  return rows[0]
}

export async function setDamage(tx: Tx, blobId: string, damage: Damage | undefined): Promise<void> {
  await sql`
    update blob set verified_at = now(), damage = ${damage ?? null}::text,
      damaged_at = case when ${damage ?? null}::text is null then null else coalesce(damaged_at, now()) end
    where id = ${blobId}::uuid`.execute(tx)
}

/** Files of which a version has these bytes. */
export async function listFileIds(db: Db, blobId: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct file_id as id from version where blob_id = ${blobId}::uuid limit ${limit}`.execute(db)
  return rows.map(({ id }) => id)
}

/** The blob that an object is kept for, as its original or as something made of it. */
export async function findBlobOf(db: Db, objectKey: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select id from blob where object_key = ${objectKey}
    union all select blob_id from variant where object_key = ${objectKey}
    union all select blob_id from bare_copy where object_key = ${objectKey} limit 1`.execute(db)
  return rows[0]?.id
}

export type Tally = {
  blobs: number
  bytes: number
  missing: number
  changed: number
  unreadable: number
  healed: number
  derivedLost: number
}

export type Run = { id: string; beganAt: Date; blobs: number; bytes: number }

/** A reading of the same that was cut short not long ago. */
export async function findUnfinished(db: Db, kind: string, scope: Scope): Promise<Run | undefined> {
  const { rows } = await sql<Run>`
    select id, began_at as "beganAt", blobs, bytes from verification
    where kind = ${kind} and ended_at is null and began_at > now() - interval '7 days'
      and organization_id is not distinct from ${scope.organizationId ?? null}::uuid
      and sample_percent is not distinct from ${scope.samplePercent ?? null}::double precision
    order by began_at desc limit 1`.execute(db)
  return rows[0]
}

export async function insertRun(tx: Tx, id: string, kind: string, scope: Scope): Promise<Run> {
  const { rows } = await sql<{ beganAt: Date }>`
    insert into verification (id, kind, organization_id, sample_percent)
    values (${id}, ${kind}, ${scope.organizationId ?? null}, ${scope.samplePercent ?? null})
    returning began_at as "beganAt"`.execute(tx)
  return { id, beganAt: rows[0]?.beganAt ?? new Date(), blobs: 0, bytes: 0 }
}

export async function addToRun(tx: Tx, id: string, by: Tally): Promise<void> {
  await sql`
    update verification set blobs = blobs + ${by.blobs}, bytes = bytes + ${by.bytes}, missing = missing + ${by.missing},
      changed = changed + ${by.changed}, unreadable = unreadable + ${by.unreadable}, healed = healed + ${by.healed},
      derived_lost = derived_lost + ${by.derivedLost}
    where id = ${id}::uuid`.execute(tx)
}

export async function endRun(tx: Tx, id: string, orphans: number | undefined): Promise<void> {
  await sql`
    update verification set ended_at = now(), orphans = ${orphans ?? null}::bigint where id = ${id}::uuid`.execute(tx)
  await sql`delete from verification where began_at < now() - interval '1 year'`.execute(tx)
}

export async function getTally(db: Db, id: string): Promise<Tally> {
  const { rows } = await sql<Tally>`
    select blobs, bytes, missing, changed, unreadable, healed, derived_lost as "derivedLost"
    from verification where id = ${id}::uuid`.execute(db)
  return rows[0] ?? { blobs: 0, bytes: 0, missing: 0, changed: 0, unreadable: 0, healed: 0, derivedLost: 0 }
}

/** Blobs that this reading found damaged, or found damaged still. */
export async function listFound(
  db: Db,
  scope: Scope,
  since: Date,
  limit: number,
): Promise<(DueBlob & { damage: Damage })[]> {
  const { rows } = await sql<DueBlob & { damage: Damage }>`
    select id, organization_id as "organizationId", object_key as "objectKey", size_bytes as "sizeBytes", sha256, damage
    from blob where damage is not null and verified_at >= ${since} and ${chosen({ ...scope, samplePercent: undefined }, '')}
    order by id limit ${limit}`.execute(db)
  return rows
}

export async function sumOfBytes(db: Db): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`
    select coalesce(sum(size_bytes), 0)::bigint as bytes from blob`.execute(db)
  return rows[0]?.bytes ?? 0
}

/** By its id or by the word in its addresses. */
export async function findOrganization(db: Db, word: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select id from organization where id::text = ${word} or slug = ${word} limit 1`.execute(db)
  return rows[0]?.id
}
