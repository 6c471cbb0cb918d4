import { sql, type RawBuilder } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'
import { rightsSum } from '../../access/index.ts'
import { mayConcern } from '../listing/found/store.ts'
import { mayRead, rightsIn, type Scope } from '../listing/matching/store.ts'
import { listNear } from '../listing/near/store.ts'

export type Group = { id: string; fileIds: string[] }

/** What a member can see is looked through whole when it is no more than this. */
const SEEN_WHOLE = 2_000
const MOST_SHOWN = 100

/** Likenesses that more than one readable file has, the newest first. @param page.after the id of the last one before */
export async function listGroups(
  db: Db,
  scope: Scope,
  page: { limit: number; after?: string | undefined },
): Promise<Group[]> {
  const near = scope.seesEverything
    ? undefined
    : await listNear(db, scope, { limit: SEEN_WHOLE, after: undefined, isTrash: false })
  const { rows } = await sql<Group>`
    select shared.id, of_it.file_ids[1:${sql.lit(MOST_SHOWN)}] as "fileIds"
    from (
      select likeness.id from likeness
      where likeness.organization_id = ${scope.organizationId}::uuid and likeness.is_shared
        ${page.after === undefined ? sql`` : sql`and likeness.id < ${page.after}::uuid`}
        ${near?.isAll === true ? sql`and likeness.id in (${likenessesOf(near.ids)})` : sql``}
      order by likeness.id desc offset 0
    ) as shared
    cross join lateral (
      select array_agg(file.id order by file.id) as file_ids, count(told_apart.file_id) as apart
      from look join version on version.blob_id = look.blob_id and version.status = 'ready'
      join file on file.id = version.file_id and file.current_version_id = version.id
      left join told_apart on told_apart.file_id = file.id and told_apart.likeness_id = shared.id
      where look.likeness_id = shared.id and file.trashed_at is null
        and ${mayConcern(scope)} and ${mayRead(scope)}
    ) as of_it
    where cardinality(of_it.file_ids) > 1 and of_it.apart < cardinality(of_it.file_ids)
    limit ${page.limit}`.execute(db)
  return rows
}

const likenessesOf = (fileIds: readonly string[]): RawBuilder<unknown> => sql`
  select look.likeness_id from file join version on version.id = file.current_version_id
  join look on look.blob_id = version.blob_id where file.id = any(${fileIds}::uuid[])`

export type Detail = {
  id: string
  tags: string[]
  hasDescription: boolean
  camera: string | null
  usedCount: number
  linkCount: number
}

const user = {
  id: sql.ref('used.id'),
  organizationId: sql.ref('used.organization_id'),
  createdBy: sql.ref('used.created_by'),
}

export async function listDetails(db: Db, { userId }: Scope, fileIds: readonly string[]): Promise<Detail[]> {
  const { rows } = await sql<Detail>`
    select file.id, file.description <> '' as "hasDescription", file.camera,
      array(select tag.name from file_tag join tag on tag.id = file_tag.tag_id
            where file_tag.file_id = file.id order by tag.name) as tags,
      (select count(*)::int from file_use join resource as used on used.id = file_use.used_by
       where file_use.file_id = file.id and ${rightsSum(sql`${userId}::uuid`, user)} & 1 = 1) as "usedCount",
      (select count(*)::int from link where link.resource_id = file.id and link.revoked_at is null
         and (link.expires_at is null or link.expires_at > now())) as "linkCount"
    from file where file.id = any(${fileIds}::uuid[])`.execute(db)
  return rows
}

export type Chosen = {
  id: string
  rights: number
  likenessId: string | null
  blobId: string
  description: string
  happenedFrom: string
}

/** Those of these that are there and not in the trash, locked in the order of their ids, each with what a user may do. */
export async function lockChosen(tx: Tx, scope: Scope, fileIds: readonly string[]): Promise<Chosen[]> {
  const { rows } = await sql<Chosen>`
    select file.id, ${rightsIn(scope)} as rights, file.description, file.happened_from as "happenedFrom",
      version.blob_id as "blobId",
      (select likeness_id from look where look.blob_id = version.blob_id) as "likenessId"
    from file join version on version.id = file.current_version_id
    where file.id = any(${fileIds}::uuid[]) and file.organization_id = ${scope.organizationId}::uuid
      and file.trashed_at is null
    order by file.id for update of file`.execute(tx)
  return rows
}

/** The kept file has the tags of the others too, as far as a file may have so many. */
export async function takeTags(tx: Tx, keptId: string, fileIds: readonly string[], most: number): Promise<void> {
  await sql`
    insert into file_tag (file_id, tag_id, organization_id)
    select ${keptId}::uuid, id, organization_id from (
      select id, organization_id from tag
      where id in (select tag_id from file_tag where file_id = any(${fileIds}::uuid[]))
        and id not in (select tag_id from file_tag where file_id = ${keptId}::uuid)
      order by id
      limit greatest(0, ${most} - (select count(*) from file_tag where file_id = ${keptId}::uuid))
      for key share
    ) as taken`.execute(tx)
}

export async function takeDescription(tx: Tx, keptId: string, fromId: string): Promise<void> {
  await sql`
    update file set description = other.description from file as other
    where file.id = ${keptId}::uuid and other.id = ${fromId}::uuid`.execute(tx)
}

export async function takeDate(tx: Tx, keptId: string, fromId: string): Promise<void> {
  await sql`
    update file set happened_at = other.happened_at, offset_minutes = other.offset_minutes,
      happened_from = other.happened_from
    from file as other where file.id = ${keptId}::uuid and other.id = ${fromId}::uuid`.execute(tx)
}

/**
 * The kept file stands wherever one of the others stood, with its caption and its place; where it stands already, or
 * where several of them stood, it stands once. Returns what shows it now.
 */
export async function takeUses(tx: Tx, keptId: string, fileIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ usedBy: string }>`
    select distinct used_by as "usedBy" from file_use where file_id = any(${fileIds}::uuid[]) order by used_by
  `.execute(tx)
  // What belongs to a use goes along with it.
  await sql`
    update file_use set file_id = ${keptId}::uuid
    where (file_id, used_by) in (
      select distinct on (used_by) file_id, used_by from file_use
      where file_id = any(${fileIds}::uuid[])
        and used_by not in (select used_by from file_use where file_id = ${keptId}::uuid)
      order by used_by, file_id)`.execute(tx)
  await sql`delete from file_use where file_id = any(${fileIds}::uuid[])`.execute(tx)
  return rows.map(({ usedBy }) => usedBy)
}

export async function setApart(
  tx: Tx,
  organizationId: string,
  told: { by: string; files: readonly { fileId: string; likenessId: string }[] },
): Promise<void> {
  await sql`
    insert into told_apart (file_id, organization_id, likeness_id, told_by)
    select file_id, ${organizationId}::uuid, likeness_id, ${told.by}::uuid
    from unnest(${told.files.map(({ fileId }) => fileId)}::uuid[], ${told.files.map(({ likenessId }) => likenessId)}::uuid[])
      as told (file_id, likeness_id)
    on conflict (file_id) do update set
      likeness_id = excluded.likeness_id, told_by = excluded.told_by, created_at = now()`.execute(tx)
}
