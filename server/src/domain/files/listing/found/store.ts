import type { FileFilter } from '@trove/contract/file-filter'
import { sql, type RawBuilder } from 'kysely'
import type { Db } from '../../../../platform/db/index.ts'
import { principalsOf } from '../../../access/index.ts'
import { facts, mayRead, type Scope } from '../matching/store.ts'

/** So many of the newest are asked one by one before the search table is: a filter that fits many is soon answered. */
const NEWEST = 2_000

/**
 * Ids of files that the search table finds and the user may read, newest first. Written so that the planner has nothing
 * to choose: its guess of how much a few words leave can be wrong by the size of the library.
 */
export async function findNewest(db: Db, scope: Scope, filter: FileFilter, page: FoundPage): Promise<string[]> {
  const { isFound, limit, after } = page
  const newest = sql`(
    select recent.id from (
      select file.id from file
      where file.organization_id = ${scope.organizationId}::uuid
        and ${filter.trashed === true ? sql`file.trashed_at is not null` : sql`file.trashed_at is null`}
        ${before('file.id', after)}
      order by file.id desc limit ${sql.lit(NEWEST)}
    ) as recent cross join lateral (
      select from finding where finding.file_id = recent.id and ${isFound} offset 0
    ) as of_recent order by recent.id desc offset 0)`
  const rows = await pick<{ id: string }>(db, scope, filter, { ids: newest, limit })
  return rows.length >= limit ? rows.map(({ id }) => id) : findAll(db, scope, filter, page)
}

/** The same without a look at the newest first: for what is known not to be among them. */
export async function findAll(db: Db, scope: Scope, filter: FileFilter, page: FoundPage): Promise<string[]> {
  const { isFound, limit, after } = page
  const ids = sql`(
    select file_id as id from (
      select finding.file_id from finding
      where finding.organization_id = ${scope.organizationId}::uuid and ${isFound} offset 0
    ) as of_all where true ${before('file_id', after)} order by file_id desc offset 0)`
  const rows = await pick<{ id: string }>(db, scope, filter, { ids, limit })
  return rows.map(({ id }) => id)
}

/** `isFound`: which rows of `finding`. `after`: the id of the last one before. */
type FoundPage = { isFound: RawBuilder<boolean>; limit: number; after?: string | undefined }

const before = (id: string, after: string | undefined) =>
  after === undefined ? sql`` : sql`and ${sql.ref(id)} < ${after}::uuid`

/**
 * Whether a file is a user's at all, by one look: what they uploaded, or what some grant of theirs has come to. All that
 * has come to the file is read, which is little, and not once for each of their principals.
 */
export function mayConcern({ organizationId, userId, seesEverything }: Scope): RawBuilder<boolean> {
  if (seesEverything) return sql<boolean>`true`
  return sql<boolean>`(file.created_by = ${userId}::uuid or exists (
    select from reach where reach.resource_id = file.id and array_position((
      select array_agg(principal.id) from organization_member as holder
      cross join lateral ${principalsOf('holder')} as principal
      where holder.organization_id = ${organizationId}::uuid and holder.user_id = ${userId}::uuid), reach.principal_id) > 0))`
}

type Choice = { ids: RawBuilder<unknown>; limit: number }

/** The first of these, in their order, that match and may be read: each is asked until there are enough. */
export async function pick<Row extends { id: string }>(
  db: Db,
  scope: Scope,
  filter: FileFilter,
  choice: Choice,
): Promise<Row[]> {
  const { rows } = await sql<Row>`${picked(scope, filter, choice)}`.execute(db)
  return rows
}

/** The same as SQL, with whatever `ids` tells beside the id. */
export function picked(scope: Scope, filter: FileFilter, { ids, limit }: Choice) {
  // Where it lies is asked only of whom that matters.
  const beside = filter.folderId === undefined ? sql`file` : sql`file join resource on resource.id = file.id`
  return sql`
    select found.* from ${ids} as found
    cross join lateral (
      select from ${beside}
      where file.id = found.id and ${facts(scope, filter)} and ${mayConcern(scope)} and ${mayRead(scope)}
      offset 0
    ) as one limit ${limit}`
}
