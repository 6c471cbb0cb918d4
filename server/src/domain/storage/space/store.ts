import type { SpaceDimension, SpaceNote, SpacePart } from '@trove/contract/space'
import { sql } from 'kysely'
import pg from 'pg'
import type { Db, Tx } from '../../../platform/db/index.ts'

// Files, versions, uploads, folders and people are known to other rooms. Their tables are read here, and only read:
// what there is must be seen by one look.

/** The biggest files that are written down; the rest are found in their folders. */
const MOST_FILES = 1_000

/**
 * Everything that follows in this transaction sees one instant. Called first. Each statement has the time that every
 * statement has: enough for some million files.
 */
export async function seeOneInstant(tx: Tx): Promise<void> {
  await sql`set transaction isolation level repeatable read`.execute(tx)
}

export async function measureOriginals(
  tx: Tx,
  organizationId: string,
): Promise<{ parts: SpacePart[]; notes: SpaceNote[] }> {
  const { rows } = await sql<SpacePart & { saved: number; spared: number; cold: number; coldCount: number }>`
    with referred as (
      select version.blob_id, count(*) as times,
        bool_or(file.trashed_at is null and version.id = file.current_version_id) as is_live,
        bool_or(file.trashed_at is null) as is_kept
      from file join version on version.file_id = file.id
      where file.organization_id = ${organizationId} group by version.blob_id
    )
    select case when referred.blob_id is null then 'waiting' when is_live then 'live' when is_kept then 'older' else 'trash' end as part,
      sum(size_bytes)::bigint as bytes, count(*) as count,
      sum(size_bytes * (coalesce(times, 1) - 1))::bigint as saved, sum(coalesce(times, 1) - 1)::bigint as spared,
      coalesce(sum(size_bytes) filter (where tier = 'cold'), 0)::bigint as cold,
      count(*) filter (where tier = 'cold') as "coldCount"
    from blob left join referred on referred.blob_id = blob.id
    where blob.organization_id = ${organizationId} group by 1`.execute(tx)
  const sumOf = (column: 'saved' | 'spared' | 'cold' | 'coldCount') => rows.reduce((sum, row) => sum + row[column], 0)
  return {
    parts: rows.map(({ part, bytes, count }) => ({ part, bytes, count })),
    notes: [
      { note: 'deduplicated', bytes: sumOf('saved'), count: sumOf('spared') },
      { note: 'cold', bytes: sumOf('cold'), count: sumOf('coldCount') },
    ],
  }
}

/** What was made of originals, and what is still arriving. */
export async function measureOthers(tx: Tx, organizationId: string): Promise<SpacePart[]> {
  const { rows } = await sql<SpacePart>`
    select 'variants' as part, coalesce(sum(variant.size_bytes), 0)::bigint as bytes, count(*) as count
    from blob join variant on variant.blob_id = blob.id where blob.organization_id = ${organizationId}
    union all
    select 'bare-copies', coalesce(sum(bare_copy.size_bytes), 0)::bigint, count(*)
    from blob join bare_copy on bare_copy.blob_id = blob.id and bare_copy.object_key is not null
    where blob.organization_id = ${organizationId}
    union all
    select 'unfinished', coalesce(sum(offset_bytes), 0)::bigint, count(*) from reservation
    join upload on upload.id = reservation.upload_id and upload.ended_at is null
    where reservation.organization_id = ${organizationId}`.execute(tx)
  return rows
}

export async function setMeasure(
  tx: Tx,
  measure: { organizationId: string; parts: readonly SpacePart[]; notes: readonly SpaceNote[]; tookMs: number },
): Promise<void> {
  const parts = JSON.stringify({ parts: measure.parts, notes: measure.notes })
  await sql`
    insert into space_measure (organization_id, measured_at, took_ms, parts)
    values (${measure.organizationId}, now(), ${Math.round(measure.tookMs)}, ${parts})
    on conflict (organization_id) do update
    set measured_at = excluded.measured_at, took_ms = excluded.took_ms, parts = excluded.parts`.execute(tx)
}

/** Writes the shares anew: each file counted whole, a folder with all that is below it. */
export async function replaceShares(tx: Tx, organizationId: string): Promise<void> {
  await sql`delete from space_share where organization_id = ${organizationId}`.execute(tx)
  await sql`
    with recursive counted as materialized (
      select file.id, file.kind, file.created_by, resource.parent_id, sum(version.size_bytes)::bigint as bytes
      from file join version on version.file_id = file.id join resource on resource.id = file.id
      where file.organization_id = ${organizationId} group by file.id, resource.parent_id
    ), below as (
      select parent_id as folder_id, sum(bytes) as bytes, count(*) as files from counted group by parent_id
      union all
      select resource.parent_id, below.bytes, below.files from below join resource on resource.id = below.folder_id
      where resource.parent_id is not null
    )
    insert into space_share (organization_id, dimension, key, user_id, bytes, file_count)
    select ${organizationId}::uuid, 'kind', kind, null::uuid, sum(bytes), count(*) from counted group by kind
    union all
    select ${organizationId}::uuid, 'person', created_by::text, created_by, sum(bytes), count(*) from counted group by created_by
    union all
    select ${organizationId}::uuid, 'folder', coalesce(folder_id::text, 'top'), null, sum(bytes), sum(files)
    from below group by folder_id
    union all
    select * from (
      select ${organizationId}::uuid, 'file', id::text, created_by, bytes, 1 from counted
      order by bytes desc, id limit ${MOST_FILES}::int
    ) as biggest`.execute(tx)
}

export type Standing = {
  limitBytes: number
  usedBytes: number
  reservedBytes: number
  fileCount: number
  measuredAt: Date | null
  measured: { parts: SpacePart[]; notes: SpaceNote[] } | null
  ownBytes: number | null
  ownFiles: number | null
}

/** The books as they are, and what was measured last. */
export async function getStanding(db: Db, organizationId: string, userId: string): Promise<Standing | undefined> {
  const { rows } = await sql<Standing>`
    select limit_bytes as "limitBytes", used_bytes as "usedBytes", reserved_bytes as "reservedBytes",
      quota.file_count as "fileCount", measured_at as "measuredAt", parts as measured,
      own.bytes as "ownBytes", own.file_count as "ownFiles"
    from quota left join space_measure on space_measure.organization_id = quota.organization_id
    left join space_share as own on own.organization_id = quota.organization_id and own.dimension = 'person'
      and own.key = ${userId}::text
    where quota.organization_id = ${organizationId}`.execute(db)
  return rows[0]
}

export type ShareRow = {
  key: string
  bytes: number
  fileCount: number
  name: string | null
  kind: string | null
  trashedAt: Date | null
  ownerName: string | null
}

/** Shares, biggest first, with the names that things have now. */
export async function listShares(
  db: Db,
  of: { organizationId: string; dimension: SpaceDimension; userId?: string | undefined },
  page: { limit: number; after?: { bytes: number; key: string } | undefined },
): Promise<ShareRow[]> {
  const { after } = page
  const { rows } = await sql<ShareRow>`
    select share.key, share.bytes, share.file_count as "fileCount", owner.name as "ownerName", file.kind,
      coalesce(file.trashed_at, folder.trashed_at) as "trashedAt",
      case share.dimension when 'person' then owner.name when 'file' then file.name when 'folder' then folder.name
        else share.key end as name
    from space_share as share
    left join "user" as owner on owner.id = share.user_id
    left join file on share.dimension = 'file' and file.id::text = share.key
    left join folder on share.dimension = 'folder' and folder.id::text = share.key
    where share.organization_id = ${of.organizationId} and share.dimension = ${of.dimension}
      ${of.userId === undefined ? sql`` : sql`and share.user_id = ${of.userId}::uuid`}
      ${
        after === undefined
          ? sql``
          : sql`and (share.bytes < ${after.bytes}::bigint or (share.bytes = ${after.bytes}::bigint and share.key > ${after.key}))`
      }
    order by share.bytes desc, share.key limit ${page.limit}::int`.execute(db)
  return rows
}

export type OrganizationRow = {
  organizationId: string
  name: string
  limitBytes: number
  usedBytes: number
  reservedBytes: number
  fileCount: number
  measuredAt: Date | null
  measured: Standing['measured']
}

/** What each organization holds, biggest first. There are few of them beside what they hold. */
export async function listOrganizationSpace(
  db: Db,
  page: { limit: number; after?: { bytes: number; key: string } | undefined },
): Promise<OrganizationRow[]> {
  const { after } = page
  const { rows } = await sql<OrganizationRow>`
    select organization.id as "organizationId", name, limit_bytes as "limitBytes", used_bytes as "usedBytes",
      reserved_bytes as "reservedBytes", file_count as "fileCount", measured_at as "measuredAt", parts as measured
    from quota join organization on organization.id = quota.organization_id
    left join space_measure on space_measure.organization_id = organization.id
    ${
      after === undefined
        ? sql``
        : sql`where (used_bytes < ${after.bytes}::bigint or (used_bytes = ${after.bytes}::bigint and organization.id > ${after.key}::uuid))`
    }
    order by used_bytes desc, organization.id limit ${page.limit}::int`.execute(db)
  return rows
}

export async function sumQuotas(db: Db): Promise<{ usedBytes: number; limitBytes: number }> {
  const { rows } = await sql<{ usedBytes: number; limitBytes: number }>`
    select coalesce(sum(used_bytes), 0)::bigint as "usedBytes", coalesce(sum(limit_bytes), 0)::bigint as "limitBytes"
    from quota`.execute(db)
  return rows[0] ?? { usedBytes: 0, limitBytes: 0 }
}

/** Whether somebody else has written the same meanwhile. */
export const isOvertaken = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && (error.code === '40001' || error.code === '23505')

/** What all organizations held when they were last measured. */
export async function sumHeld(db: Db): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`
    select coalesce(sum((part ->> 'bytes')::bigint), 0)::bigint as bytes
    from space_measure, jsonb_array_elements(parts -> 'parts') as part`.execute(db)
  return rows[0]?.bytes ?? 0
}
