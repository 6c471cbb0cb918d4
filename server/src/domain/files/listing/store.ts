import type { FileFilter } from '@trove/contract/files'
import { sql, type RawBuilder } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'
import { isLive, principalsOf, rightsSum } from '../../access/index.ts'
import { selectFile } from '../store.ts'

/** Whose view of which organization. Whoever sees everything needs no decision about each row. */
export type Scope = { organizationId: string; userId: string; seesEverything: boolean }

export type Which =
  | { fileIds: readonly string[] }
  | { batchId: string }
  | { filter: FileFilter; exceptIds: readonly string[] }

const owned = {
  id: sql.ref('file.id'),
  organizationId: sql.ref('file.organization_id'),
  createdBy: sql.ref('file.created_by'),
}
const EVERYTHING = 31
const WRITE = 8

/** Whoever has fewer files within reach than this is served from the list of them, whatever the filter. */
const FEW = 5_000

const rightsIn = ({ userId, seesEverything }: Scope): RawBuilder<number> =>
  seesEverything ? sql<number>`${sql.lit(EVERYTHING)}` : rightsSum(sql`${userId}::uuid`, owned)

/**
 * One page of the files a user may read, newest first, each with the sum of their rights on it.
 * `after` is the id of the last row of the page before.
 *
 * Three ways lead to the same rows. Whoever sees everything walks the index of the list. A member walks the index of
 * what they uploaded and, for each principal that is theirs, the index of where its grants have come to, and merges:
 * the cost does not depend on how many files there are or what share of them is theirs. With a filter that few files
 * match, and much within reach, the index of the filter is walked and each row is decided.
 */
export async function listFiles(
  db: Db,
  scope: Scope,
  filter: FileFilter,
  page: { limit: number; after?: string | undefined },
) {
  const isMerged =
    !scope.seesEverything && !isInFolder(filter) && !(isSelective(filter) && (await reachesMuch(db, scope)))
  return selectFile(db)
    .innerJoin('resource', 'resource.id', 'file.id')
    .select(['resource.parent_id as folderId', rightsIn(scope).as('rights')])
    .$if(isMerged, (q) =>
      q.where('file.id', 'in', sql<string>`(select id from ${candidates(scope, filter, page)} as candidate)`),
    )
    .$if(!isMerged, (q) =>
      q
        .where(matches(scope, filter))
        .$if(page.after !== undefined, (more) => more.where('file.id', '<', page.after ?? '')),
    )
    .where(sql<boolean>`${rightsIn(scope)} & 1 = 1`)
    .orderBy('file.id', 'desc')
    .limit(page.limit)
    .execute()
}

/** Every `stride`-th file's id in list order, and how many there are: one walk along what the list walks. */
export async function listAnchors(db: Db, scope: Scope, filter: FileFilter, stride: number) {
  const { rows } = await sql<{ id: string; place: number }>`
    with listed as (
      select file.id, row_number() over (order by file.id desc) as place, count(*) over () as total
      from ${allOf(scope, filter)}
    )
    select id, place from listed where place % ${stride} = 0 or place = total order by place`.execute(db)
  return rows
}

export async function countByMonth(db: Db, scope: Scope, filter: FileFilter) {
  const { rows } = await sql<{ month: string; count: number }>`
    select to_char(month, 'YYYY-MM') as month, count from (
      select date_trunc('month', file.created_at at time zone 'utc') as month, count(*) as count
      from ${allOf(scope, filter)} group by 1
    ) as months order by 1 desc`.execute(db)
  return rows
}

/** Of those asked for, the ones that were not in the trash already and that the user may change. */
export async function trash(tx: Tx, scope: Scope, which: Which, batchId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update file set trashed_at = now(), trash_batch_id = ${batchId}
    from resource where resource.id = file.id and ${isSelected(scope, which)} and file.trashed_at is null
    returning file.id`.execute(tx)
  return rows.map(({ id }) => id)
}

/** Of those asked for, the ones that were in the trash and that the user may change. */
export async function restore(tx: Tx, scope: Scope, which: Which): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update file set trashed_at = null, trash_batch_id = null
    from resource where resource.id = file.id and ${isSelected(scope, which)} and file.trashed_at is not null
    returning file.id`.execute(tx)
  return rows.map(({ id }) => id)
}

/** A filter that may leave so little of a long list that walking the list would not end. */
const isSelective = ({ kind, name, trashed }: FileFilter): boolean =>
  kind !== undefined || name !== undefined || trashed === true

const isInFolder = ({ folderId }: FileFilter): boolean => folderId !== undefined && folderId !== 'top'

/** Files within reach, newest first: those uploaded, and those that grants have come to. Each branch is one index in its own order. */
function candidates(
  { organizationId, userId }: Scope,
  filter: FileFilter,
  page: { limit?: number; after?: string | undefined },
) {
  const limit = page.limit === undefined ? sql`` : sql`limit ${page.limit}`
  const before = (column: string) =>
    page.after === undefined ? sql`` : sql`and ${sql.ref(column)} < ${page.after}::uuid`
  return sql`(
    select id from (
      (select file.id from file join resource on resource.id = file.id
       where file.organization_id = ${organizationId}::uuid and file.created_by = ${userId}::uuid
         and ${conditions(filter, userId)} ${before('file.id')}
       order by file.id desc ${limit})
      union
      (select reached.id
       from organization_member as holder
       cross join lateral ${principalsOf('holder')} as principal
       cross join lateral (
         select distinct reach.resource_id as id
         from reach
         join "grant" as held on held.id = reach.grant_id and ${isLive('held')}
         join file on file.id = reach.resource_id
         join resource on resource.id = reach.resource_id
         where reach.organization_id = ${organizationId}::uuid and reach.principal_id = principal.id
           and ${conditions(filter, userId)} ${before('reach.resource_id')}
         order by reach.resource_id desc ${limit}) as reached
       where holder.organization_id = ${organizationId}::uuid and holder.user_id = ${userId}::uuid
         and not holder.is_barred)
    ) as either order by id desc ${limit})`
}

/** What `from` names to walk all that a user may read. */
function allOf(scope: Scope, filter: FileFilter) {
  if (scope.seesEverything || isInFolder(filter)) {
    return sql`file join resource on resource.id = file.id
      where ${matches(scope, filter)} and ${rightsIn(scope)} & 1 = 1`
  }
  return sql`file join ${candidates(scope, filter, {})} as candidate on candidate.id = file.id`
}

async function reachesMuch(db: Db, { organizationId, userId }: Scope): Promise<boolean> {
  const { rows } = await sql<{ many: boolean }>`
    select count(*) >= ${FEW} as many from (
      select from organization_member as holder
      cross join lateral ${principalsOf('holder')} as principal
      join reach on reach.organization_id = holder.organization_id and reach.principal_id = principal.id
      where holder.organization_id = ${organizationId}::uuid and holder.user_id = ${userId}::uuid
      limit ${FEW}) as within_reach`.execute(db)
  return rows[0]?.many === true
}

function matches({ organizationId, userId }: Scope, filter: FileFilter) {
  return sql<boolean>`file.organization_id = ${organizationId} and ${conditions(filter, userId)}`
}

function conditions({ kind, name, folderId, trashed = false }: FileFilter, userId: string) {
  const pattern = name === undefined ? undefined : `%${name.replace(/[\\%_]/g, '\\$&')}%`
  return sql<boolean>`
    ${trashed ? sql`file.trashed_at is not null` : sql`file.trashed_at is null`}
    ${kind === undefined ? sql`` : sql`and file.kind = ${kind}`}
    ${pattern === undefined ? sql`` : sql`and file.name ilike ${pattern}`}
    ${folderId === undefined ? sql`` : isIn(folderId, userId)}`
}

/** The top is where things lie that are in no folder, or in none that the user may read. */
function isIn(folderId: string, userId: string) {
  if (folderId !== 'top') return sql`and resource.parent_id = ${folderId}::uuid`
  const above = {
    id: sql.ref('above.id'),
    organizationId: sql.ref('above.organization_id'),
    createdBy: sql.ref('above.created_by'),
  }
  return sql`and (resource.parent_id is null or not exists (
    select from resource as above where above.id = resource.parent_id and ${rightsSum(sql`${userId}::uuid`, above)} & 1 = 1))`
}

function isSelected(scope: Scope, which: Which) {
  const mayChange = sql<boolean>`${rightsIn(scope)} & ${sql.lit(WRITE)} = ${sql.lit(WRITE)}`
  if ('filter' in which) {
    return sql<boolean>`${matches(scope, which.filter)} and file.id <> all(${which.exceptIds}::uuid[]) and ${mayChange}`
  }
  const chosen =
    'batchId' in which ? sql`file.trash_batch_id = ${which.batchId}` : sql`file.id = any(${which.fileIds}::uuid[])`
  return sql<boolean>`${chosen} and file.organization_id = ${scope.organizationId} and ${mayChange}`
}
