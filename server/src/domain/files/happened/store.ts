import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'
import { instantWithOffset } from '../../../platform/instants.ts'
import type { Claims } from './rules.ts'

export type ClaimsRow = { id: string; uploadedAt: Date; timeZone: string | null; facts: Claims | null }

/** What the current versions of files say of themselves, and in which zone their uploaders live. */
export async function listClaims(db: Db, fileIds: readonly string[]): Promise<ClaimsRow[]> {
  const { rows } = await sql<ClaimsRow>`
    select file.id, file.created_at as "uploadedAt", uploader.time_zone as "timeZone", media.facts
    from file
    join version on version.id = file.current_version_id
    join "user" as uploader on uploader.id = version.created_by
    left join media on media.blob_id = version.blob_id and version.status <> 'infected'
    where file.id = any(${fileIds}::uuid[])`.execute(db)
  return rows
}

export type ClaimedRow = {
  id: string
  at: string
  offsetMinutes: number
  from: string
  camera: string | null
  latitude: number | null
  longitude: number | null
}

/** Writes down what files say of themselves. When they happened stays where somebody has said it by hand. */
export async function setClaimed(tx: Tx, claimed: readonly ClaimedRow[]): Promise<void> {
  await sql`
    update file set
      camera = said.camera, latitude = said.latitude, longitude = said.longitude, is_dated = true,
      happened_at = case when file.happened_from = 'hand' then file.happened_at else said.at end,
      offset_minutes = case when file.happened_from = 'hand' then file.offset_minutes else said."offsetMinutes" end,
      happened_from = case when file.happened_from = 'hand' then file.happened_from else said."from" end
    from jsonb_to_recordset(${JSON.stringify(claimed)}::jsonb) as said (
      id uuid, at timestamptz, "offsetMinutes" smallint, "from" text,
      camera text, latitude double precision, longitude double precision)
    where file.id = said.id`.execute(tx)
}

/** Files that nobody has asked yet when they happened, locked; those another is asking are left to it. */
export async function lockUndated(tx: Tx, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select file.id from file join version on version.id = file.current_version_id
    where not file.is_dated and version.status in ('ready', 'failed')
    order by file.id limit ${limit} for update of file skip locked`.execute(tx)
  return rows.map(({ id }) => id)
}

export async function countUndated(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from file join version on version.id = file.current_version_id
    where not file.is_dated and version.status in ('ready', 'failed')`.execute(db)
  return rows[0]?.count ?? 0
}

/** What people have said of a file. `happenedAt`: RFC 3339 with its offset; absent where nobody has said it by hand. */
export type Said = { id: string; description: string; tags: string[]; happenedAt?: string }

/** Of these files, those of which somebody has said something. */
export async function listSaid(db: Db, fileIds: readonly string[]): Promise<Said[]> {
  const { rows } = await sql<Omit<Said, 'happenedAt'> & { at: Date | null; offsetMinutes: number }>`
    select * from (
      select file.id, file.description, file.offset_minutes as "offsetMinutes",
        case when file.happened_from = 'hand' then file.happened_at end as at,
        array(select tag.name from file_tag join tag on tag.id = file_tag.tag_id
          where file_tag.file_id = file.id order by lower(tag.name)) as tags
      from file where file.id = any(${fileIds}::uuid[])
    ) as said
    where description <> '' or at is not null or cardinality(tags) > 0 order by id`.execute(db)
  return rows.map(({ at, offsetMinutes, ...said }) => ({
    ...said,
    ...(at !== null && { happenedAt: instantWithOffset(at, offsetMinutes) }),
  }))
}
