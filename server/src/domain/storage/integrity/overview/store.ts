import type { Damage } from '@trove/contract/files'
import { sql } from 'kysely'
import type { Db } from '../../../../platform/db/index.ts'

export type Overview = {
  blobs: number
  bytes: number
  damaged: number
  neverRead: number
  oldestReadAt: Date | null
  coldBlobs: number
  coldBytes: number
  underWay: number
}

export async function getOverview(db: Db): Promise<Overview> {
  const { rows } = await sql<Overview>`
    select count(*) as blobs, coalesce(sum(size_bytes), 0)::bigint as bytes,
      count(*) filter (where damage is not null) as damaged,
      count(*) filter (where verified_at is null) as "neverRead", min(verified_at) as "oldestReadAt",
      count(*) filter (where tier = 'cold') as "coldBlobs",
      coalesce(sum(size_bytes) filter (where tier = 'cold'), 0)::bigint as "coldBytes",
      (select count(*) from recall where ended_at is null) as "underWay"
    from blob`.execute(db)
  const [row] = rows
  if (row === undefined) throw new Error('a sum has no row')
  return row
}

export function listRuns(db: Db, limit: number) {
  return db.selectFrom('verification').selectAll().orderBy('began_at', 'desc').limit(limit).execute()
}

export type DamagedRow = {
  blobId: string
  organizationId: string
  organizationName: string
  damage: Damage
  damagedAt: Date
  verifiedAt: Date
  mediaType: string
  sizeBytes: number
  fileCount: number
  files: { id: string; name: string }[]
}

const MOST_FILES = 5

/** Newest blobs first. */
export async function listDamaged(db: Db, page: { limit: number; before: string | undefined }): Promise<DamagedRow[]> {
  const before = page.before === undefined ? sql`true` : sql`blob.id < ${page.before}::uuid`
  const { rows } = await sql<DamagedRow>`
    select blob.id as "blobId", organization.id as "organizationId", organization.name as "organizationName",
      blob.damage, blob.damaged_at as "damagedAt", coalesce(blob.verified_at, blob.damaged_at) as "verifiedAt",
      blob.media_type as "mediaType", blob.size_bytes as "sizeBytes",
      (select count(distinct file_id) from version where blob_id = blob.id) as "fileCount",
      coalesce((
        select jsonb_agg(jsonb_build_object('id', used.id, 'name', used.name)) from (
          select distinct file.id, file.name from version join file on file.id = file_id
          where version.blob_id = blob.id order by file.id limit ${MOST_FILES}) as used), '[]') as files
    from blob join organization on organization.id = blob.organization_id
    where blob.damage is not null and ${before} order by blob.id desc limit ${page.limit}`.execute(db)
  return rows
}

export async function isThere(db: Db, blobId: string): Promise<boolean> {
  const row = await db.selectFrom('blob').select('id').where('id', '=', blobId).executeTakeFirst()
  return row !== undefined
}
