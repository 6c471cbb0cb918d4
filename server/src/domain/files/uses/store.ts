import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'
import { rightsSum } from '../../access/index.ts'
import { mayRead, rightsIn, type Scope } from '../listing/matching/store.ts'
import { selectFile } from '../store.ts'

export type UseRow = { fileId: string; usedBy: string; kind: 'event'; name: string }

const user = {
  id: sql.ref('used.id'),
  organizationId: sql.ref('used.organization_id'),
  createdBy: sql.ref('used.created_by'),
}
const EVERYTHING = 31

/** Of these files those of an organization that a user may read, each with the sum of their rights on it. */
export function listReadable(db: Db, scope: Scope, fileIds: readonly string[]) {
  return selectFile(db)
    .innerJoin('resource', 'resource.id', 'file.id')
    .select(['resource.parent_id as folderId', rightsIn(scope).as('rights')])
    .where('file.id', '=', sql<string>`any(${fileIds}::uuid[])`)
    .where('file.organization_id', '=', scope.organizationId)
    .where(mayRead(scope))
    .execute()
}

export type Usable = {
  id: string
  name: string
  kind: string
  status: string
  durationMs: number | null
  happenedAt: Date
  offsetMinutes: number
}

/**
 * The same of those that are not in the trash, in the order of their ids, and held as they are until the transaction
 * ends: none of them is dated otherwise or removed meanwhile.
 */
export async function lockUsable(tx: Tx, scope: Scope, fileIds: readonly string[]): Promise<Usable[]> {
  const { rows } = await sql<Usable>`
    select file.id, file.name, file.kind, version.status, version.duration_ms as "durationMs",
      file.happened_at as "happenedAt", file.offset_minutes as "offsetMinutes"
    from file join version on version.id = file.current_version_id
    where file.id = any(${fileIds}::uuid[]) and file.organization_id = ${scope.organizationId}::uuid
      and file.trashed_at is null and ${mayRead(scope)}
    order by file.id for share of file`.execute(tx)
  return rows
}

export async function insertUses(
  tx: Tx,
  use: { organizationId: string; usedBy: string; kind: 'event'; name: string },
  fileIds: readonly string[],
): Promise<void> {
  await sql`
    insert into file_use (file_id, used_by, organization_id, kind, name)
    select id, ${use.usedBy}::uuid, ${use.organizationId}::uuid, ${use.kind}, ${use.name}
    from unnest(${fileIds}::uuid[]) as used (id)
    on conflict do nothing`.execute(tx)
}

export async function setUseName(tx: Tx, usedBy: string, name: string): Promise<void> {
  await tx.updateTable('file_use').set({ name }).where('used_by', '=', usedBy).execute()
}

/** Returns those that were in use there. */
export async function deleteUses(tx: Tx, usedBy: string, fileIds: readonly string[]): Promise<string[]> {
  const rows = await tx
    .deleteFrom('file_use')
    .where('used_by', '=', usedBy)
    .where('file_id', '=', sql<string>`any(${fileIds}::uuid[])`)
    .returning('file_id')
    .execute()
  return rows.map(({ file_id }) => file_id)
}

/** Where files are used, those that use them in the order of their ids. */
export async function listUses(db: Db, fileIds: readonly string[]): Promise<UseRow[]> {
  const { rows } = await sql<UseRow>`
    select file_id as "fileId", used_by as "usedBy", kind, name from file_use
    where file_id = any(${fileIds}::uuid[]) order by used_by, file_id`.execute(db)
  return rows
}

/** The same, each with whether a user may read what uses it. */
export async function listUsesSeen(
  db: Db,
  userId: string,
  fileIds: readonly string[],
): Promise<(UseRow & { isSeen: boolean })[]> {
  const { rows } = await sql<UseRow & { isSeen: boolean }>`
    select file_id as "fileId", used_by as "usedBy", file_use.kind, name,
      ${rightsSum(sql`${userId}::uuid`, user)} & 1 = 1 as "isSeen"
    from file_use join resource as used on used.id = file_use.used_by
    where file_id = any(${fileIds}::uuid[]) order by used_by, file_id`.execute(db)
  return rows
}

/** How many of these files are used somewhere. */
export async function countUsed(db: Db, fileIds: readonly string[]): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(distinct file_id)::int as count from file_use where file_id = any(${fileIds}::uuid[])`.execute(db)
  return rows[0]?.count ?? 0
}

/** Of these files, those in the trash that a user holds every right on, locked in the order of their ids. */
export async function lockPurgeable(tx: Tx, scope: Scope, fileIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select file.id from file
    where file.id = any(${fileIds}::uuid[]) and file.organization_id = ${scope.organizationId}::uuid
      and file.trashed_at is not null and ${rightsIn(scope)} = ${sql.lit(EVERYTHING)}
    order by file.id for update of file`.execute(tx)
  return rows.map(({ id }) => id)
}

/** Versions of files of an organization, locked in the order of their ids: they come before their files, and go with them. */
export async function lockVersionsOf(
  tx: Tx,
  { organizationId }: Pick<Scope, 'organizationId'>,
  fileIds: readonly string[],
): Promise<void> {
  await sql`
    select from version join file on file.id = version.file_id
    where file.id = any(${fileIds}::uuid[]) and file.organization_id = ${organizationId}::uuid
    order by version.id for update of version`.execute(tx)
}

/** Where files lie, locked before what uses them: whoever deletes them locks it so in the end, and others come by it first. */
export async function lockPlaces(tx: Tx, fileIds: readonly string[]): Promise<void> {
  await sql`select from resource where id = any(${fileIds}::uuid[]) order by id for update`.execute(tx)
}

/** What uses one of these files, locked in order and before the uses themselves: the files are locked. */
export async function lockUsers(tx: Tx, fileIds: readonly string[]): Promise<void> {
  await sql`select lock_users_of(${fileIds}::uuid[])`.execute(tx)
}

export async function lockFiles(tx: Tx, fileIds: readonly string[]): Promise<void> {
  await sql`select id from file where id = any(${fileIds}::uuid[]) order by id for update`.execute(tx)
}
