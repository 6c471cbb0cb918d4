import type { TimelineFilter } from '@trove/contract/timeline'
import { sql, type RawBuilder } from 'kysely'
import type { Db } from '../../../platform/db/index.ts'
import { isLive, principalsOf, rightsSum } from '../../access/index.ts'
import { conditionsOf, type Scope } from '../../files/index.ts'
import type { Day, Moment } from './rules.ts'

/** Whose timeline of which organization, and what of it. */
export type View = { scope: Scope; filter: TimelineFilter }

const READ = 1
const DOWNLOAD = 4

const owned = {
  id: sql.ref('file.id'),
  organizationId: sql.ref('file.organization_id'),
  createdBy: sql.ref('file.created_by'),
}

const may = ({ scope }: View, right: number): RawBuilder<boolean> =>
  scope.seesEverything
    ? sql<boolean>`true`
    : sql<boolean>`${rightsSum(sql`${scope.userId}::uuid`, owned)} & ${sql.lit(right)} = ${sql.lit(right)}`

/** What the index of the timeline holds. */
const isInTimeline = ({ scope }: View) => sql<boolean>`
  file.organization_id = ${scope.organizationId}::uuid and file.trashed_at is null and file.kind in ('image', 'video')`

/** Who may not have the original is not told where it was taken, nor whether it was taken here. */
const rightFor = ({ filter }: View): number => (filter.bounds === undefined ? READ : DOWNLOAD)

const isMatch = ({ scope, filter }: View) => sql<boolean>`${conditionsOf(scope, filter)}`

const AT = sql`to_char(file.local_at, 'YYYY-MM-DD"T"HH24:MI:SS.US')`

const isBefore = (after: Moment | undefined) =>
  after === undefined ? sql`` : sql`and (file.local_at, file.id) < (${after.at}::timestamp, ${after.id}::uuid)`

/**
 * What the caller may read of the next so many files of the timeline, whoever may read them, and how far that was.
 * For somebody who sees much it is a full page; for somebody who sees little it is soon over.
 */
export async function walk(
  db: Db,
  view: View,
  page: { after: Moment | undefined; limit: number; steps: number },
): Promise<{ rows: Moment[]; reached: Moment | undefined }> {
  const { after, limit, steps } = page
  if (view.scope.seesEverything && isPlain(view.filter)) {
    const { rows } = await sql<Moment>`
      select file.id, ${AT} as at from file where ${isInTimeline(view)} ${ofKind(view)} ${isBefore(after)}
      order by file.local_at desc, file.id desc limit ${limit}`.execute(db)
    return { rows, reached: undefined }
  }
  const { rows } = await sql<Moment & { place: number; isTheirs: boolean }>`
    with near as materialized (
      select file.id, file.local_at, row_number() over (order by file.local_at desc, file.id desc) as place
      from file where ${isInTimeline(view)} ${isBefore(after)}
      order by file.local_at desc, file.id desc limit ${steps}
    ), theirs as (
      select file.id, ${AT} as at, near.place
      from near join file on file.id = near.id join resource on resource.id = file.id
      where ${isMatch(view)} and ${may(view, rightFor(view))} order by near.place limit ${limit}
    )
    select id, at, place, true as "isTheirs" from theirs
    union all
    select file.id, ${AT}, near.place, false from near join file on file.id = near.id where near.place = ${steps}
    order by place, "isTheirs" desc`.execute(db)
  const last = rows.find(({ isTheirs }) => !isTheirs)
  return { rows: rows.filter(({ isTheirs }) => isTheirs), reached: last && { at: last.at, id: last.id } }
}

/** The first so many of some days: each day is read along the index, and no further than the page needs. */
export async function listOnDays(
  db: Db,
  view: View,
  page: { days: readonly string[]; after: Moment | undefined; limit: number },
): Promise<Moment[]> {
  const { rows } = await sql<Moment>`
    select of_day.id, of_day.at
    from unnest(${page.days}::date[]) as shown (day)
    cross join lateral (
      select file.id, file.local_at, ${AT} as at
      from file join resource on resource.id = file.id
      where ${isInTimeline(view)} and file.local_at >= shown.day and file.local_at < shown.day + 1
        ${isBefore(page.after)} and ${isMatch(view)} and ${may(view, rightFor(view))}
      order by file.local_at desc, file.id desc limit ${page.limit}
    ) as of_day
    order by of_day.local_at desc, of_day.id desc limit ${page.limit}`.execute(db)
  return rows
}

export type BoxRow = Moment & { day: number; ratio: number }

/** One month, or what is left of it: from the index, and of each version its shape alone. */
export async function listBoxes(
  db: Db,
  view: View,
  page: { from: string; to: string; after: Moment | undefined; limit: number },
): Promise<BoxRow[]> {
  const isAll = view.scope.seesEverything && isPlain(view.filter)
  const { rows } = await sql<BoxRow>`
    select file.id, ${AT} as at, extract(day from file.local_at)::int as day,
      coalesce(round(100.0 * version.width_pixels / nullif(version.height_pixels, 0)), 100)::int as ratio
    from file join version on version.id = file.current_version_id
      ${isAll ? sql`` : sql`join resource on resource.id = file.id`}
    where ${isInTimeline(view)} and file.local_at >= ${page.from}::timestamp and file.local_at < ${page.to}::timestamp
      ${isBefore(page.after)} ${isAll ? ofKind(view) : sql`and ${isMatch(view)} and ${may(view, rightFor(view))}`}
    order by file.local_at desc, file.id desc limit ${page.limit}`.execute(db)
  return rows
}

const IN_TREE = sql`join resource on resource.id = file.id`

/** Counted now: of all that matches or, for a member, of what they uploaded and where their grants have come to. */
export async function countDays(db: Db, view: View): Promise<Day[]> {
  const { scope } = view
  const isTheirs = scope.seesEverything ? sql`true` : isReached(scope, rightFor(view))
  const at = scope.seesEverything && view.filter.folderId === undefined ? sql`` : IN_TREE
  const { rows } = await sql<Day>`
    select to_char(day, 'YYYY-MM-DD') as day, count from (
      select file.local_at::date as day, count(*)::int as count
      from file ${at}
      where ${isInTimeline(view)} and ${isMatch(view)} and ${isTheirs} group by 1
    ) as counted order by counted.day desc`.execute(db)
  return rows
}

/**
 * Which rows of `file` came to a member by what they uploaded or by a grant: by its folder, of which there are few, or
 * by itself. Beside their `resource`.
 */
const isReached = ({ organizationId, userId }: Scope, right: number) => sql<boolean>`(
  file.created_by = ${userId}::uuid
  or resource.parent_id in (
    select folder.id from folder cross join ${principalsIn({ organizationId, userId })} as principal
    join reach on reach.resource_id = folder.id and reach.principal_id = principal.id
    join "grant" as held on held.id = reach.grant_id and ${isLive('held')} and held.rights & ${sql.lit(right)} > 0
    where folder.organization_id = ${organizationId}::uuid)
  or file.id in (
    select reach.resource_id from ${principalsIn({ organizationId, userId })} as principal
    join reach on reach.organization_id = ${organizationId}::uuid and reach.principal_id = principal.id and reach.is_direct
    join "grant" as held on held.id = reach.grant_id and ${isLive('held')} and held.rights & ${sql.lit(right)} > 0))`

const principalsIn = ({ organizationId, userId }: Pick<Scope, 'organizationId' | 'userId'>) => sql`(
  select principal.id from organization_member as holder cross join lateral ${principalsOf('holder')} as principal
  where holder.organization_id = ${organizationId}::uuid and holder.user_id = ${userId}::uuid and not holder.is_barred)`

/** Changes with the grants to a member, with their being one and with what they upload: what was counted before is then worth nothing. */
export async function getStandingOf(db: Db, { organizationId, userId }: Scope): Promise<string> {
  const { rows } = await sql<{ standing: string }>`
    select concat(
      (select id from file where organization_id = ${organizationId}::uuid and created_by = ${userId}::uuid
        and trashed_at is null order by id desc limit 1),
      (select md5(string_agg(held.id || ' ' || held.rights, ',' order by held.id))
        from organization_member as holder
        cross join lateral ${principalsOf('holder')} as principal
        join "grant" as held on held.principal_id = principal.id and ${isLive('held')}
        where holder.organization_id = ${organizationId}::uuid and holder.user_id = ${userId}::uuid
          and not holder.is_barred)) as standing`.execute(db)
  return rows[0]?.standing ?? ''
}

export type ClusterRow = {
  latitude: number
  longitude: number
  count: number
  south: number
  west: number
  north: number
  east: number
  sampleId: string
}
export type Bounds = { south: number; west: number; north: number; east: number }

/** Files within bounds whose place the caller may know, by squares of so many degrees; those with most first. */
export async function listClusters(
  db: Db,
  view: View,
  within: Bounds & { cell: number; limit: number },
): Promise<ClusterRow[]> {
  const { south, west, north, east, cell, limit } = within
  const { scope, filter } = view
  const isBetween =
    west <= east
      ? sql`file.longitude between ${west} and ${east}`
      : sql`(file.longitude >= ${west} or file.longitude <= ${east})`
  const isTheirs = scope.seesEverything ? sql`true` : isReached(scope, DOWNLOAD)
  const at = scope.seesEverything && filter.folderId === undefined ? sql`` : IN_TREE
  const { rows } = await sql<ClusterRow>`
    select avg(file.latitude) as latitude, avg(file.longitude) as longitude, count(*)::int as count,
      min(file.latitude) as south, min(file.longitude) as west, max(file.latitude) as north, max(file.longitude) as east,
      (array_agg(file.id))[1] as "sampleId"
    from file ${at}
    where ${isInTimeline(view)} and ${isTheirs} and file.latitude between ${south} and ${north} and ${isBetween} and ${isMatch(view)}
    group by floor(file.latitude / ${cell}), floor(file.longitude / ${cell})
    order by count(*) desc limit ${limit}`.execute(db)
  return rows
}

/** Whether a filter asks for no more than a kind: then the index of the timeline and its numbers say it all. */
export const isPlain = ({ kind: _kind, ...rest }: TimelineFilter): boolean =>
  Object.values(rest).every((member) => member === undefined)

const ofKind = ({ filter }: View) => (filter.kind === undefined ? sql`` : sql`and file.kind = ${filter.kind}`)
