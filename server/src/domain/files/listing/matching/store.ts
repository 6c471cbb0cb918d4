import type { FileFilter } from '@trove/contract/file-filter'
import { sql, type RawBuilder } from 'kysely'
import { rightsSum, rightsSumOfAll } from '../../../access/index.ts'
import { boundsOf, facetsOf, isWordless, lowered, queryOf, tagsOf } from '../../finding/rules.ts'

/** Whose view of which organization. Whoever sees everything needs no decision about each row. */
export type Scope = { organizationId: string; userId: string; seesEverything: boolean }

const owned = {
  id: sql.ref('file.id'),
  organizationId: sql.ref('file.organization_id'),
  createdBy: sql.ref('file.created_by'),
}
const DOWNLOAD = 4

/** The sum of a user's rights on each row of `file`. */
export const rightsIn = ({ organizationId, userId, seesEverything }: Scope): RawBuilder<number> =>
  seesEverything
    ? rightsSumOfAll(sql`${userId}::uuid`, sql`${organizationId}::uuid`)
    : rightsSum(sql`${userId}::uuid`, owned)

/** Whether a user may read each row of `file`: of those of an organization that they see everything of, all. */
export const mayRead = (scope: Scope): RawBuilder<boolean> =>
  scope.seesEverything ? sql<boolean>`true` : sql<boolean>`${rightsIn(scope)} & 1 = 1`

/** Which rows of `file` are the organization's and match; where the filter names a folder, beside their `resource`. */
export function matches(scope: Scope, filter: FileFilter) {
  return sql<boolean>`file.organization_id = ${scope.organizationId} and ${conditions(scope, filter)}`
}

/** Which rows of `file` match, whatever the organization. */
export function conditions(scope: Scope, filter: FileFilter) {
  const { organizationId } = scope
  const found = foundBy(filter)
  return sql<boolean>`${facts(scope, filter)} ${
    found === undefined
      ? sql``
      : sql`and file.id in (
          select finding.file_id from finding
          where finding.organization_id = ${organizationId}::uuid and ${isFound(organizationId, found)})`
  }`
}

/** What a filter asks of the search table: undefined when nothing, or nothing that the file itself does not tell as fast. */
export type Found = { facets: string; words?: string }

export function foundBy(filter: FileFilter): Found | undefined {
  const { q, kind: _kind, kinds: _kinds, createdBy: _createdBy, ...rest } = filter
  const isWorded = q !== undefined && !isWordless(q)
  if (!isWorded && facetsOf(rest).length === 0) return undefined
  return { facets: queryOf(facetsOf(filter)), ...(isWorded && { words: q }) }
}

/** Which rows of `finding` may match. */
export function isFound(organizationId: string, { facets, words }: Found) {
  return sql<boolean>`${facets === '' ? sql`true` : sql`finding.told @@ ${facets}::tsquery`} ${
    words === undefined ? sql`` : anywhere(sql`(select search_query(${organizationId}::uuid, ${words}, false))`)
  }`
}

/** Words that are only in the text of a file are kept for those that have one. */
const anywhere = (words: RawBuilder<unknown>) => sql`and (finding.told @@ ${words} or finding.words @@ ${words})`

/** What is asked of the file itself, one row at a time. */
export function facts(scope: Scope, filter: FileFilter) {
  const { kind, kinds, name, folderId, trashed = false, q, createdBy, camera, from, to, tagIds, bounds } = filter
  return sql<boolean>`
    ${trashed ? sql`file.trashed_at is not null` : sql`file.trashed_at is null`}
    ${kind === undefined ? sql`` : sql`and file.kind = ${kind}`}
    ${kinds === undefined ? sql`` : sql`and file.kind = any(${kinds.split(',')}::text[])`}
    ${name === undefined ? sql`` : sql`and file.name ilike ${containing(name)}`}
    ${q === undefined || !isWordless(q) ? sql`` : sql`and file.name ilike ${containing(q)}`}
    ${createdBy === undefined ? sql`` : sql`and file.created_by = ${createdBy}::uuid`}
    ${camera === undefined ? sql`` : sql`and left(lower(file.camera collate "C"), 200) = ${lowered(camera)}`}
    ${from === undefined ? sql`` : sql`and file.local_at >= ${from}::date`}
    ${to === undefined ? sql`` : sql`and file.local_at < ${to}::date + 1`}
    ${tagIds === undefined ? sql`` : isTagged(tagsOf(tagIds))}
    ${bounds === undefined ? sql`` : isWithin(scope, bounds)}
    ${ofVersion(filter)}
    ${folderId === undefined ? sql`` : isIn(scope, folderId)}`
}

const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`

const isTagged = (tagIds: readonly string[]) => sql`and (
  select count(*) from file_tag where file_tag.file_id = file.id and file_tag.tag_id = any(${tagIds}::uuid[])
) = ${tagIds.length}`

/** Of those that the user may have: whoever may only look at a file is not told where it was taken, nor by a list that it is in. */
function isWithin(scope: Scope, bounds: string) {
  const { west, south, east, north } = boundsOf(bounds)
  return sql`and file.latitude between ${south}::float8 and ${north}::float8 and ${
    west <= east
      ? sql`file.longitude between ${west}::float8 and ${east}::float8`
      : sql`(file.longitude >= ${west}::float8 or file.longitude <= ${east}::float8)`
  } ${scope.seesEverything ? sql`` : sql`and ${rightsIn(scope)} & ${sql.lit(DOWNLOAD)} = ${sql.lit(DOWNLOAD)}`}`
}

/** What the current version says of itself. */
function ofVersion(filter: FileFilter) {
  const { mediaType, sizeFrom, sizeTo, sideFrom, sideTo, widthFrom, heightFrom, orientation } = filter
  const { durationFromMs, durationToMs } = filter
  const longest = sql`greatest(seen.width_pixels, seen.height_pixels)`
  const asked = [
    mediaType === undefined ? undefined : sql`seen.media_type = ${mediaType}`,
    atLeast(sql`seen.size_bytes`, sizeFrom),
    atMost(sql`seen.size_bytes`, sizeTo),
    atLeast(longest, sideFrom),
    atMost(longest, sideTo),
    atLeast(sql`seen.width_pixels`, widthFrom),
    atLeast(sql`seen.height_pixels`, heightFrom),
    atLeast(sql`seen.duration_ms`, durationFromMs),
    atMost(sql`seen.duration_ms`, durationToMs),
    orientation === undefined ? undefined : sql`seen.width_pixels ${sql.raw(LIES[orientation])} seen.height_pixels`,
  ].filter((one) => one !== undefined)
  if (asked.length === 0) return sql``
  return sql`and exists (
    select from version as seen where seen.id = file.current_version_id and ${sql.join(asked, sql` and `)})`
}

const LIES = { landscape: '>', portrait: '<', square: '=' } as const

const atLeast = (value: RawBuilder<unknown>, least: number | undefined) =>
  least === undefined ? undefined : sql`${value} >= ${least}::bigint`
const atMost = (value: RawBuilder<unknown>, most: number | undefined) =>
  most === undefined ? undefined : sql`${value} <= ${most}::bigint`

/** The top is where things lie that are in no folder, or in none that the user may read. */
function isIn({ organizationId, userId, seesEverything }: Scope, folderId: string) {
  if (folderId !== 'top') return sql`and resource.parent_id = ${folderId}::uuid`
  if (seesEverything) {
    return sql`
      and resource.organization_id = ${organizationId}::uuid and resource.kind = 'file' and resource.parent_id is null`
  }
  const above = {
    id: sql.ref('above.id'),
    organizationId: sql.ref('above.organization_id'),
    createdBy: sql.ref('above.created_by'),
  }
  return sql`and (resource.parent_id is null or not exists (
    select from resource as above where above.id = resource.parent_id and ${rightsSum(sql`${userId}::uuid`, above)} & 1 = 1))`
}
