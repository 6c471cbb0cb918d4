import type { FileFilter } from '@trove/contract/file-filter'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'
import { isLive, principalsOf } from '../../access/index.ts'
import { selectFile } from '../store.ts'
import { findNewest } from './found/store.ts'
import { conditions, foundBy, isFound, matches, mayRead, rightsIn, type Found, type Scope } from './matching/store.ts'
import * as near from './near/store.ts'

export type { Scope } from './matching/store.ts'

export type Which =
  | { fileIds: readonly string[] }
  | { batchId: string }
  | { filter: FileFilter; exceptIds: readonly string[] }

const READ = 1
const WRITE = 8

/**
 * One page of the files a user may read, newest first, each with the sum of their rights on it.
 * `after` is the id of the last row of the page before.
 *
 * Two ways lead to the same rows. Whoever sees everything walks the index that the filter asks for. For a member, what
 * they uploaded and where their grants have come to are merged, and only what comes into question is decided: the cost
 * does not depend on how many files there are or what share of them is theirs. A filter that hardly any of that matches
 * is better served by its own index, each row of which is then decided.
 */
export async function listFiles(
  db: Db,
  scope: Scope,
  filter: FileFilter,
  page: { limit: number; after?: string | undefined },
) {
  const isMerged = !scope.seesEverything && !isInFolder(filter)
  const found = isInFolder(filter) ? undefined : foundBy(filter)
  if (found !== undefined && scope.seesEverything) return listFound(db, scope, filter, { ...page, found })
  const { rows, isAll, after } = isMerged
    ? await listNearest(db, scope, filter, page)
    : { rows: [], isAll: false, after: page.after }
  if (isAll) return rows
  const rest = { limit: page.limit - rows.length, after }
  const others = await (found === undefined
    ? walk(db, scope, filter, rest)
    : listFound(db, scope, filter, { ...rest, found }))
  return [...rows, ...others]
}

async function listFound(
  db: Db,
  scope: Scope,
  filter: FileFilter,
  { found, ...page }: { found: Found; limit: number; after?: string | undefined },
) {
  const ids = await findNewest(db, scope, filter, { ...page, isFound: isFound(scope.organizationId, found) })
  return listDecided(db, scope, ids)
}

/** These files, newest first, with what the user may do with them; they may read them, as was asked before. */
export function listDecided(db: Db, scope: Scope, fileIds: readonly string[]) {
  return selectDecided(db, scope)
    .where('file.id', '=', sql<string>`any(${fileIds}::uuid[])`)
    .orderBy('file.id', 'desc')
    .execute()
}

/** Along one index: that of the folder, or that of the organization's files for the filter. */
function walk(db: Db, scope: Scope, filter: FileFilter, page: { limit: number; after?: string | undefined }) {
  const after = page.after ?? ''
  if (filter.folderId !== undefined) {
    // Said of both columns that are the same: from either index the planner then begins where the page does.
    return selectDecided(db, scope)
      .where(matches(scope, filter))
      .$if(after !== '', (q) => q.where('resource.id', '<', after).where('file.id', '<', after))
      .where(mayRead(scope))
      .orderBy('resource.id', 'desc')
      .limit(page.limit)
      .execute()
  }
  // Where each file lies is looked up for the page alone: a join would tempt the planner to walk the whole tree beside it.
  return selectFile(db)
    .select([
      sql<string | null>`(select parent_id from resource where resource.id = file.id)`.as('folderId'),
      rightsIn(scope).as('rights'),
    ])
    .where(matches(scope, filter))
    .$if(after !== '', (q) => q.where('file.id', '<', after))
    .where(mayRead(scope))
    .orderBy('file.id', 'desc')
    .limit(page.limit)
    .execute()
}

const selectDecided = (db: Db, scope: Scope) =>
  selectFile(db)
    .innerJoin('resource', 'resource.id', 'file.id')
    .select(['resource.parent_id as folderId', rightsIn(scope).as('rights')])

/** Some of what is near may be a folder, in the trash, or granted for a time that is over. */
const SPARE = 8
/** So much is looked through for what matches a filter before its own index is. */
const LOOKED_THROUGH = 5_000
/** The same where the search table answers fast. */
const FEW_LOOKED_THROUGH = 2_000

/** `isAll`: the page is full, or nothing older comes into question. */
async function listNearest(
  db: Db,
  scope: Scope,
  filter: FileFilter,
  page: { limit: number; after?: string | undefined },
) {
  const rows: Awaited<ReturnType<ReturnType<typeof selectDecided>['execute']>> = []
  const { folderId, ...rest } = filter
  const list = folderId === 'top' ? near.listNearTop : near.listNear
  const mayEnd = isSelective(filter)
  const most = foundBy(filter) === undefined ? LOOKED_THROUGH : FEW_LOOKED_THROUGH
  let { after } = page
  let seen = 0
  for (let limit = page.limit + SPARE; !mayEnd || seen < most; limit = Math.min(limit * 8, most)) {
    const { ids, isAll } = await list(db, scope, { limit, after, isTrash: filter.trashed === true })
    const decided = await selectDecided(db, scope)
      .where('file.id', '=', sql<string>`any(${ids}::uuid[])`)
      .where(conditions(scope, rest))
      .orderBy('file.id', 'desc')
      .execute()
    rows.push(...decided.filter(({ rights }) => (rights & READ) !== 0))
    after = ids.at(-1)
    seen += ids.length
    if (isAll || rows.length >= page.limit) return { rows: rows.slice(0, page.limit), isAll: true, after }
  }
  return { rows, isAll: false, after }
}

/** The newest that a user may read, of so many that come into question. */
export async function listNewestIds(db: Db, scope: Scope, limit: number): Promise<string[]> {
  if (!scope.seesEverything) {
    const { ids } = await near.listNear(db, scope, { limit, after: undefined, isTrash: false })
    const { rows } = await sql<{ id: string }>`
      select file.id from file where file.id = any(${ids}::uuid[]) and file.trashed_at is null
        and ${mayRead(scope)}`.execute(db)
    return rows.map(({ id }) => id)
  }
  const { rows } = await sql<{ id: string }>`
    select file.id from file where file.organization_id = ${scope.organizationId}::uuid and file.trashed_at is null
    order by file.id desc limit ${limit}`.execute(db)
  return rows.map(({ id }) => id)
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
  const ids = await lockSelected(tx, scope, which, { trashed: false })
  await sql`
    update file set trashed_at = now(), trash_batch_id = ${batchId}::uuid where id = any(${ids}::uuid[])`.execute(tx)
  return ids
}

/** Files that are locked come back from the trash. */
export async function restore(tx: Tx, fileIds: readonly string[]): Promise<void> {
  await sql`
    update file set trashed_at = null, trash_batch_id = null where id = any(${fileIds}::uuid[])`.execute(tx)
}

/** Of those asked for, the ones in the trash, or not in it, that the user may change, locked in the order of their ids. */
export async function lockSelected(tx: Tx, scope: Scope, which: Which, about: { trashed: boolean }): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select file.id from file join resource on resource.id = file.id
    where ${isSelected(scope, which)}
      and ${about.trashed ? sql`file.trashed_at is not null` : sql`file.trashed_at is null`}
    order by file.id for update of file`.execute(tx)
  return rows.map(({ id }) => id)
}

/** A filter that may leave so little of a long list that walking the list would not end. */
const isSelective = ({ folderId: _folderId, trashed, ...filter }: FileFilter): boolean =>
  trashed === true || Object.keys(filter).length > 0

const isInFolder = ({ folderId }: FileFilter): boolean => folderId !== undefined && folderId !== 'top'

/** What `from` names to walk all that a user may read. For a member that is collected first: no row is decided alone. */
export function allOf(scope: Scope, filter: FileFilter) {
  const { organizationId, userId } = scope
  if (scope.seesEverything || isInFolder(filter)) {
    return sql`file join resource on resource.id = file.id
      where ${matches(scope, filter)} and ${mayRead(scope)}`
  }
  return sql`file join resource on resource.id = file.id
    join (
      select id from file where organization_id = ${organizationId}::uuid and created_by = ${userId}::uuid
      union
      select reach.resource_id
      from organization_member as holder
      cross join lateral ${principalsOf('holder')} as principal
      join reach on reach.organization_id = holder.organization_id and reach.principal_id = principal.id
      join "grant" as held on held.id = reach.grant_id and ${isLive('held')}
      where holder.organization_id = ${organizationId}::uuid and holder.user_id = ${userId}::uuid
        and not holder.is_barred
    ) as readable on readable.id = file.id
    where ${matches(scope, filter)}`
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
