import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'
import { isLive, principalsOf, rightsSum } from '../../access/index.ts'
import type { Scope } from '../listing/store.ts'

export type FolderRow = {
  id: string
  organizationId: string
  name: string
  parentId: string | null
  createdAt: Date
  createdById: string
  createdByName: string
  trashedAt: Date | null
}
export type ListedFolder = FolderRow & { rights: number }

const owned = {
  id: sql.ref('folder.id'),
  organizationId: sql.ref('folder.organization_id'),
  createdBy: sql.ref('folder.created_by'),
}
const above = {
  id: sql.ref('above.id'),
  organizationId: sql.ref('above.organization_id'),
  createdBy: sql.ref('above.created_by'),
}

export async function getFolder(db: Db, folderId: string): Promise<FolderRow | undefined> {
  const { rows } = await sql<FolderRow>`select ${columns} from ${folders} where folder.id = ${folderId}::uuid`.execute(
    db,
  )
  return rows[0]
}

type ListPage = { limit: number; after: { name: string; id: string } | undefined }

/** Folders by name, then id, each with the sum of the user's rights on it. */
export async function listFolders(
  db: Db,
  scope: Scope,
  where: { parentId: string | undefined; trashed: boolean },
  page: ListPage,
): Promise<ListedFolder[]> {
  const user = sql`${scope.userId}::uuid`
  const rights = scope.seesEverything ? sql`31` : rightsSum(user, owned)
  const place =
    where.parentId !== undefined
      ? sql`resource.parent_id = ${where.parentId}::uuid`
      : where.trashed
        ? sql`not exists (select from folder as outer_folder where outer_folder.id = resource.parent_id
            and outer_folder.trash_batch_id = folder.trash_batch_id)`
        : isAtTop(scope)
  const { rows } = await sql<ListedFolder>`
    select * from (
      select ${columns}, ${rights} as rights from ${folders}
      where folder.organization_id = ${scope.organizationId}::uuid and ${place}
        and ${where.trashed ? sql`folder.trashed_at is not null` : sql`folder.trashed_at is null`}
        ${page.after === undefined ? sql`` : sql`and (lower(folder.name), folder.id) > (lower(${page.after.name}), ${page.after.id}::uuid)`}
    ) as listed where rights & 1 = 1 order by lower(name), id limit ${page.limit}`.execute(db)
  return rows
}

/** The top, for those who see everything; for others the folders that were granted or made, and lie in none that they may read. */
function isAtTop(scope: Scope) {
  if (scope.seesEverything) return sql`resource.parent_id is null`
  const user = sql`${scope.userId}::uuid`
  return sql`folder.id in (
      select held.resource_id from organization_member as holder
      cross join lateral ${principalsOf('holder')} as principal
      join "grant" as held on held.principal_id = principal.id and ${isLive('held')}
      where holder.organization_id = ${scope.organizationId}::uuid and holder.user_id = ${user} and not holder.is_barred
      union select made.id from folder as made
        where made.organization_id = ${scope.organizationId}::uuid and made.created_by = ${user})
    and not exists (select from resource as above where above.id = resource.parent_id
      and ${rightsSum(user, above)} & 1 = 1)`
}

/** The way to a folder, outermost first; those that the user may not read are left out. */
export async function listPath(db: Db, userId: string, folderId: string): Promise<{ id: string; name: string }[]> {
  const { rows } = await sql<{ id: string; name: string }>`
    with recursive way as (
      select id, parent_id, organization_id, created_by, 0 as height from resource where id = ${folderId}::uuid
      union all
      select outside.id, outside.parent_id, outside.organization_id, outside.created_by, way.height + 1
      from resource as outside join way on outside.id = way.parent_id
    )
    select above.id, folder.name from way as above join folder on folder.id = above.id
    where ${rightsSum(sql`${userId}::uuid`, above)} & 1 = 1 order by above.height desc`.execute(db)
  return rows
}

export async function insertFolder(
  tx: Tx,
  folder: { id: string; organizationId: string; createdBy: string; name: string },
): Promise<void> {
  const { id, organizationId, createdBy, name } = folder
  await tx.insertInto('folder').values({ id, organization_id: organizationId, created_by: createdBy, name }).execute()
}

export async function setName(tx: Tx, folderId: string, name: string): Promise<void> {
  await tx.updateTable('folder').set({ name }).where('id', '=', folderId).execute()
}

const below = (folderId: string) => sql`
  with recursive below as (
    select id from resource where id = ${folderId}::uuid
    union all
    select resource.id from resource join below on resource.parent_id = below.id
  )`

/** What lies in a folder and in those below it, and these. */
export type Below = { fileIds: readonly string[]; folderIds: readonly string[] }

/** First files, then folders, each in the order of their ids: nobody else changes them meanwhile. */
export async function lockBelow(tx: Tx, folderId: string): Promise<Below> {
  const locked = async (table: 'file' | 'folder') => {
    const { rows } = await sql<{ id: string }>`${below(folderId)}
      select id from ${sql.table(table)} where id in (select id from below) order by id for update`.execute(tx)
    return rows.map(({ id }) => id)
  }
  return { fileIds: await locked('file'), folderIds: await locked('folder') }
}

/** Puts a folder and what is in it, all locked, into the trash as one batch. What was there before stays in its own. */
export async function trash(tx: Tx, { fileIds, folderIds }: Below, batchId: string): Promise<{ fileIds: string[] }> {
  await sql`
    update folder set trashed_at = now(), trash_batch_id = ${batchId}::uuid
    where id = any(${folderIds}::uuid[]) and trashed_at is null`.execute(tx)
  const { rows } = await sql<{ id: string }>`
    update file set trashed_at = now(), trash_batch_id = ${batchId}::uuid
    where id = any(${fileIds}::uuid[]) and trashed_at is null returning id`.execute(tx)
  return { fileIds: rows.map(({ id }) => id) }
}

/** Takes back a folder and what went into the trash with it, all locked. */
export async function restore(tx: Tx, folderId: string, { fileIds, folderIds }: Below): Promise<{ fileIds: string[] }> {
  const { rows } = await sql<{ id: string }>`
    update file set trashed_at = null, trash_batch_id = null from folder
    where folder.id = ${folderId}::uuid and file.id = any(${fileIds}::uuid[])
      and file.trash_batch_id = folder.trash_batch_id and file.trashed_at is not null
    returning file.id`.execute(tx)
  await sql`
    update folder set trashed_at = null, trash_batch_id = null from folder as root
    where root.id = ${folderId}::uuid and folder.id = any(${folderIds}::uuid[])
      and folder.trash_batch_id = root.trash_batch_id`.execute(tx)
  return { fileIds: rows.map(({ id }) => id) }
}

/** Of these, the ones that lie in a folder that is in the trash. */
export async function listInTrashedFolder(tx: Tx, resourceIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select resource.id from resource join folder on folder.id = resource.parent_id
    where resource.id = any(${resourceIds}::uuid[]) and folder.trashed_at is not null`.execute(tx)
  return rows.map(({ id }) => id)
}

/** The folders that resources are in; what is at the top is in none. */
export async function listFoldersAround(tx: Tx, resourceIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct parent_id as id from resource
    where id = any(${resourceIds}::uuid[]) and parent_id is not null`.execute(tx)
  return rows.map(({ id }) => id)
}

/** Folders whose time in the trash is over and that hold nothing any more, locked. */
export async function lockOverdue(tx: Tx, days: number, limit: number) {
  const { rows } = await sql<{ id: string; organizationId: string }>`
    select folder.id, folder.organization_id as "organizationId" from folder
    where trashed_at < now() - make_interval(days => ${days})
      and not exists (select from resource where resource.parent_id = folder.id)
    order by trashed_at limit ${limit} for update skip locked`.execute(tx)
  return rows
}

/** Those that are empty by now, and those that will be when what is in them has gone. */
export async function countOverdue(db: Db, days: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from folder where trashed_at < now() - make_interval(days => ${days})`.execute(db)
  return rows[0]?.count ?? 0
}

export async function deleteFolders(tx: Tx, ids: readonly string[]): Promise<void> {
  await sql`delete from folder where id = any(${ids}::uuid[])`.execute(tx)
}

const columns = sql`
  folder.id, folder.organization_id as "organizationId", folder.name, resource.parent_id as "parentId",
  folder.created_at as "createdAt", folder.trashed_at as "trashedAt",
  maker.id as "createdById", maker.name as "createdByName"`

const folders = sql`folder join resource on resource.id = folder.id join "user" as maker on maker.id = folder.created_by`
