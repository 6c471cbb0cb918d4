import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'

/** Whoever moves a blob is heard from each minute; after so long without a word another may take over. */
const LEASE = sql`interval '5 minutes'`

export type MovingBlob = {
  id: string
  organizationId: string
  objectKey: string
  sha256: Buffer
  sizeBytes: number
  tier: 'hot' | 'cold'
}

const COLUMNS = sql`id, organization_id as "organizationId", object_key as "objectKey", sha256, size_bytes as "sizeBytes", tier`

/** Makes a blob the caller's to move; undefined when somebody else moves it, or it is not in that tier. */
export async function claim(tx: Tx, blobId: string, tier: 'hot' | 'cold'): Promise<MovingBlob | undefined> {
  const { rows } = await sql<MovingBlob>`
    update blob set moving_at = now()
    where id = ${blobId}::uuid and tier = ${tier} and moving_at is null returning ${COLUMNS}`.execute(tx)
  return rows[0]
}

export async function hearFromMover(tx: Tx, blobId: string): Promise<void> {
  await sql`update blob set moving_at = now() where id = ${blobId}::uuid and moving_at is not null`.execute(tx)
}

export async function endMove(tx: Tx, blobId: string): Promise<void> {
  await sql`update blob set moving_at = null where id = ${blobId}::uuid`.execute(tx)
}

/** Blobs whose mover has died, made the caller's to put in order. */
export async function claimStranded(tx: Tx, limit: number): Promise<MovingBlob[]> {
  const { rows } = await sql<MovingBlob>`
    update blob set moving_at = now() where id in (
      select id from blob where moving_at < now() - ${LEASE} order by id limit ${limit} for update skip locked)
    returning ${COLUMNS}`.execute(tx)
  return rows
}

/** What may go to the cold tier: nothing waits to be made of it, and nobody has fetched it for so many days. */
const isUntouched = (days: number) => sql<boolean>`
  tier = 'hot' and fetched_on <= current_date - ${Math.floor(days)}::int and damage is null and unreferenced_at is null
  and not exists (select from version where blob_id = blob.id and status in ('pending', 'processing'))`

export async function listUntouched(db: Db, days: number, after: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from blob where ${isUntouched(days)} and moving_at is null and id > ${after || FIRST_ID}::uuid
    order by id limit ${limit}`.execute(db)
  return rows.map(({ id }) => id)
}

const FIRST_ID = '00000000-0000-0000-0000-000000000000'

export async function countUntouched(db: Db, days: number): Promise<{ blobs: number; bytes: number }> {
  const { rows } = await sql<{ blobs: number; bytes: number }>`
    select count(*) as blobs, coalesce(sum(size_bytes), 0)::bigint as bytes
    from blob where ${isUntouched(days)}`.execute(db)
  return rows[0] ?? { blobs: 0, bytes: 0 }
}

/** From here on it is read from the cold tier. False when it was fetched, dropped or replaced while it was copied. */
export async function setCold(tx: Tx, blob: MovingBlob, days: number): Promise<boolean> {
  const { rows } = await sql`
    update blob set tier = 'cold'
    where id = ${blob.id}::uuid and object_key = ${blob.objectKey} and ${isUntouched(days)} returning id`.execute(tx)
  return rows.length > 0
}

export async function setHot(tx: Tx, blob: Pick<MovingBlob, 'id' | 'objectKey'>): Promise<void> {
  await sql`
    update blob set tier = 'hot', fetched_on = current_date
    where id = ${blob.id}::uuid and object_key = ${blob.objectKey}`.execute(tx)
}

/** Writes down that an original was fetched, at most once a day. Returns where it is kept. */
export async function setFetched(tx: Tx, objectKey: string): Promise<{ id: string; tier: 'hot' | 'cold' } | undefined> {
  await sql`
    update blob set fetched_on = current_date
    where object_key = ${objectKey} and fetched_on < current_date`.execute(tx)
  const { rows } = await sql<{ id: string; tier: 'hot' | 'cold' }>`
    select id, tier from blob where object_key = ${objectKey}`.execute(tx)
  return rows[0]
}

/** Of these, those that are in the cold tier and were not asked for yet are asked for now. */
export async function insertRecalls(tx: Tx, recalls: readonly { id: string; blobId: string }[]): Promise<string[]> {
  const { rows } = await sql<{ blobId: string }>`
    insert into recall (id, blob_id, size_bytes)
    select asked.id, blob.id, blob.size_bytes
    from unnest(${recalls.map(({ id }) => id)}::uuid[], ${recalls.map(({ blobId }) => blobId)}::uuid[]) as asked (id, blob_id)
    join blob on blob.id = asked.blob_id and blob.tier = 'cold'
    on conflict (blob_id) where ended_at is null do nothing returning blob_id as "blobId"`.execute(tx)
  return rows.map(({ blobId }) => blobId)
}

export async function beginRecall(tx: Tx, blobId: string): Promise<void> {
  await sql`
    update recall set began_at = now() where blob_id = ${blobId}::uuid and ended_at is null`.execute(tx)
}

export async function endRecall(tx: Tx, blobId: string): Promise<void> {
  await sql`update recall set ended_at = now() where blob_id = ${blobId}::uuid and ended_at is null`.execute(tx)
  await sql`delete from recall where ended_at < now() - interval '30 days'`.execute(tx)
}

/** Bytes that come back before the last of these has, and how fast the last ones came; no rate when none did. */
export async function measureRecalls(
  db: Db,
  blobIds: readonly string[],
): Promise<{ bytesBefore: number; bytesPerSecond: number | null }> {
  const { rows } = await sql<{ bytesBefore: number; bytesPerSecond: number | null }>`
    select
      (select coalesce(sum(size_bytes), 0)::bigint from recall where ended_at is null and asked_at <= (
        select max(asked_at) from recall where ended_at is null and blob_id = any(${blobIds}::uuid[]))) as "bytesBefore",
      (select sum(size_bytes) / nullif(sum(extract(epoch from ended_at - began_at)), 0) from (
        select size_bytes, began_at, ended_at from recall where ended_at is not null and began_at is not null
        order by ended_at desc limit 20) as last)::double precision as "bytesPerSecond"`.execute(db)
  return rows[0] ?? { bytesBefore: 0, bytesPerSecond: null }
}

/** Where the original of a file is kept now. */
export async function getTierOf(db: Db, blobId: string): Promise<'hot' | 'cold' | undefined> {
  const row = await db.selectFrom('blob').select('tier').where('id', '=', blobId).executeTakeFirst()
  return row?.tier as 'hot' | 'cold' | undefined
}

export async function listCold(db: Db, after: string, limit: number): Promise<{ id: string; sizeBytes: number }[]> {
  const { rows } = await sql<{ id: string; sizeBytes: number }>`
    select id, size_bytes as "sizeBytes" from blob where tier = 'cold' and id > ${after || FIRST_ID}::uuid
    order by id limit ${limit}`.execute(db)
  return rows
}

export async function countCold(db: Db): Promise<{ blobs: number; bytes: number }> {
  const { rows } = await sql<{ blobs: number; bytes: number }>`
    select count(*) as blobs, coalesce(sum(size_bytes), 0)::bigint as bytes from blob where tier = 'cold'`.execute(db)
  return rows[0] ?? { blobs: 0, bytes: 0 }
}

export async function listFileIds(db: Db, blobId: string, limit: number) {
  const { rows } = await sql<{ id: string; organizationId: string }>`
    select distinct file.id, file.organization_id as "organizationId" from version join file on file.id = file_id
    where blob_id = ${blobId}::uuid limit ${limit}`.execute(db)
  return rows
}
