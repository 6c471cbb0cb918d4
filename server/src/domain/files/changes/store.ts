import type { FileFilter } from '@trove/contract/files'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'
import { rightsSum } from '../../access/index.ts'
import { allOf, type Scope } from '../listing/store.ts'

export type Chosen = { id: string; rights: number; isTrashed: boolean; folderId: string | null }

const file = {
  id: sql.ref('file.id'),
  organizationId: sql.ref('file.organization_id'),
  createdBy: sql.ref('file.created_by'),
}

/** Of those asked for, each with the sum of the user's rights on it, locked in the order of their ids. */
export async function lockChosen(
  tx: Tx,
  scope: Scope,
  which: { fileIds: readonly string[] } | { filter: FileFilter; exceptIds: readonly string[] },
  limit: number,
): Promise<Chosen[]> {
  const from =
    'fileIds' in which
      ? sql`file join resource on resource.id = file.id
          where file.id = any(${which.fileIds}::uuid[]) and file.organization_id = ${scope.organizationId}::uuid`
      : sql`${allOf(scope, which.filter)} and file.id <> all(${which.exceptIds}::uuid[])`
  const { rows } = await sql<Chosen>`
    select file.id, ${rightsSum(sql`${scope.userId}::uuid`, file)} as rights,
      file.trashed_at is not null as "isTrashed", resource.parent_id as "folderId"
    from ${from} order by file.id limit ${limit} for update of file`.execute(tx)
  return rows
}

export async function insertChange(
  tx: Tx,
  change: { id: string; organizationId: string; createdBy: string; change: object },
): Promise<void> {
  const { id, organizationId, createdBy } = change
  await sql`
    insert into file_change (id, organization_id, created_by, change)
    values (${id}, ${organizationId}, ${createdBy}, ${JSON.stringify(change.change)}::jsonb)`.execute(tx)
}

export async function deleteChange(tx: Tx, changeId: string): Promise<void> {
  await tx.deleteFrom('file_change').where('id', '=', changeId).execute()
}

export type Before = { fileId: string; was: unknown; became: unknown }

export async function insertBefore(
  tx: Tx,
  of: { changeId: string; organizationId: string },
  before: readonly Before[],
): Promise<void> {
  if (before.length === 0) return
  await sql`
    insert into file_change_before (change_id, file_id, organization_id, was, became)
    select ${of.changeId}::uuid, "fileId", ${of.organizationId}::uuid, coalesce(was, 'null'), coalesce(became, 'null')
    from jsonb_to_recordset(${JSON.stringify(before)}::jsonb) as each ("fileId" uuid, was jsonb, became jsonb)
  `.execute(tx)
}

/** A change that may still be undone by whoever made it, locked. */
export async function lockChange(
  tx: Tx,
  of: { changeId: string; organizationId: string; userId: string },
  keptHours: number,
): Promise<{ change: unknown } | undefined> {
  const { rows } = await sql<{ change: unknown }>`
    select change from file_change
    where id = ${of.changeId}::uuid and organization_id = ${of.organizationId}::uuid
      and created_by = ${of.userId}::uuid and undone_at is null
      and created_at > now() - make_interval(hours => ${keptHours})
    for update`.execute(tx)
  return rows[0]
}

export async function setUndone(tx: Tx, changeId: string): Promise<void> {
  await sql`update file_change set undone_at = now() where id = ${changeId}::uuid`.execute(tx)
}

export async function listBefore(db: Db, changeId: string): Promise<Before[]> {
  const { rows } = await sql<Before>`
    select file_id as "fileId", was, became from file_change_before where change_id = ${changeId}::uuid
    order by file_id`.execute(db)
  return rows
}

export async function deleteOldChanges(tx: Tx, keptHours: number, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from file_change where id in (
      select id from file_change where created_at < now() - make_interval(hours => ${keptHours})
      order by created_at limit ${limit})`.execute(tx)
  return Number(numAffectedRows ?? 0)
}

export async function countOldChanges(db: Db, keptHours: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from file_change
    where created_at < now() - make_interval(hours => ${keptHours})`.execute(db)
  return rows[0]?.count ?? 0
}

export type Tagging = { fileId: string; tagId: string }

/** Of these files, those that so many more tags would be too many for. */
export async function listFull(
  db: Db,
  fileIds: readonly string[],
  tagIds: readonly string[],
  most: number,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select file_id as id from file_tag
    where file_id = any(${fileIds}::uuid[]) and tag_id <> all(${tagIds}::uuid[])
    group by file_id having count(*) + ${tagIds.length} > ${most}`.execute(db)
  return rows.map(({ id }) => id)
}

/** Returns what was not so before. Tags that have gone meanwhile are passed over. */
export async function insertTaggings(tx: Tx, organizationId: string, taggings: readonly Tagging[]): Promise<Tagging[]> {
  const { rows } = await sql<Tagging>`
    insert into file_tag (file_id, tag_id, organization_id)
    select each."fileId", each."tagId", ${organizationId}::uuid
    from jsonb_to_recordset(${JSON.stringify(taggings)}::jsonb) as each ("fileId" uuid, "tagId" uuid)
    join (
      select id from tag where organization_id = ${organizationId}::uuid
        and id = any(${taggings.map(({ tagId }) => tagId)}::uuid[])
      order by id for key share
    ) as kept on kept.id = each."tagId"
    order by 1, 2 on conflict do nothing
    returning file_id as "fileId", tag_id as "tagId"`.execute(tx)
  return rows
}

/** What files are found by, in the order of their ids, before it changes in more than one step. */
export async function lockFindings(tx: Tx, fileIds: readonly string[]): Promise<void> {
  await sql`
    select from finding where file_id = any(${fileIds}::uuid[]) order by file_id for update`.execute(tx)
}

/** Returns what was so before. */
export async function deleteTaggings(tx: Tx, taggings: readonly Tagging[]): Promise<Tagging[]> {
  const { rows } = await sql<Tagging>`
    delete from file_tag
    using jsonb_to_recordset(${JSON.stringify(taggings)}::jsonb) as each ("fileId" uuid, "tagId" uuid)
    where file_tag.file_id = each."fileId" and file_tag.tag_id = each."tagId"
    returning file_tag.file_id as "fileId", file_tag.tag_id as "tagId"`.execute(tx)
  return rows
}

/** What was there is kept with the change. Of what has taken its place a hash is enough to know it again. */
export async function keepDescriptions(
  tx: Tx,
  of: { changeId: string; organizationId: string },
  fileIds: readonly string[],
  description: string,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    insert into file_change_before (change_id, file_id, organization_id, was, became)
    select ${of.changeId}::uuid, id, ${of.organizationId}::uuid, to_jsonb(description), to_jsonb(md5(${description}::text))
    from file where id = any(${fileIds}::uuid[]) and description <> ${description}
    returning file_id as id`.execute(tx)
  return rows.map(({ id }) => id)
}

export async function setDescription(tx: Tx, fileIds: readonly string[], description: string): Promise<void> {
  await sql`update file set description = ${description} where id = any(${fileIds}::uuid[])`.execute(tx)
}

/** Those whose description is still the one that the change gave them. */
export async function restoreDescriptions(tx: Tx, changeId: string, fileIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update file set description = before.was #>> '{}'
    from file_change_before as before
    where before.change_id = ${changeId}::uuid and before.file_id = file.id and file.id = any(${fileIds}::uuid[])
      and md5(file.description) = before.became #>> '{}'
    returning file.id`.execute(tx)
  return rows.map(({ id }) => id)
}

/** When something happened, as it is kept: an instant in RFC 3339, and minutes ahead of UTC. */
export type Dated = { at: string; offsetMinutes: number; from: string }
export type DatedFile = Dated & { fileId: string }

export async function listDated(db: Db, fileIds: readonly string[]): Promise<DatedFile[]> {
  const { rows } = await sql<{ fileId: string; at: Date; offsetMinutes: number; from: string }>`
    select id as "fileId", happened_at as at, offset_minutes as "offsetMinutes", happened_from as "from"
    from file where id = any(${fileIds}::uuid[]) order by id`.execute(db)
  return rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() }))
}

export async function setDated(tx: Tx, dated: readonly DatedFile[]): Promise<void> {
  await sql`
    update file set happened_at = said.at, offset_minutes = said."offsetMinutes", happened_from = said."from"
    from jsonb_to_recordset(${JSON.stringify(dated)}::jsonb)
      as said ("fileId" uuid, at timestamptz, "offsetMinutes" smallint, "from" text)
    where file.id = said."fileId"`.execute(tx)
}

/** Where files are now. */
export async function listFolders(db: Db, fileIds: readonly string[]): Promise<Map<string, string | null>> {
  const { rows } = await sql<{ id: string; folderId: string | null }>`
    select id, parent_id as "folderId" from resource where id = any(${fileIds}::uuid[])`.execute(db)
  return new Map(rows.map(({ id, folderId }) => [id, folderId]))
}
