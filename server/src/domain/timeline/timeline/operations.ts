import type { File } from '@trove/contract/files'
import {
  BOX_STRIDE,
  type Cluster,
  type TimelineBoxes,
  type TimelineFilter,
  type TimelineSummary,
} from '@trove/contract/timeline'
import type { UserActor } from '../../../platform/actor.ts'
import type { Db } from '../../../platform/db/index.ts'
import * as files from '../../files/index.ts'
import { createCounting, type Counting } from './counting.ts'
import {
  boundsOf,
  cellDegrees,
  cursorOf,
  daysFor,
  daysUntil,
  endOf,
  momentOf,
  monthsOf,
  packIds,
  type Moment,
} from './rules.ts'
import * as store from './store.ts'

const DEFAULT_LIMIT = 50
const MOST_BOXES = 10_000
/** So much of the timeline is looked through before the days are asked that have something to show. */
const LOOKED_THROUGH = 2_000
/** Clusters across the bounds of a map. */
const ACROSS = 12
const MOST_CLUSTERS = 200

type Asked = TimelineFilter & { organizationId: string }

/** The timeline, with what it remembers of having counted. One for each process. */
export type Timeline = ReturnType<typeof createTimeline>

export function createTimeline(db: Db) {
  const counting = createCounting()
  return {
    summarize: (actor: UserActor, input: Asked) => summarizeTimeline(db, actor, input, counting),
    list: (actor: UserActor, input: Asked & { limit?: number; cursor?: string; until?: string }) =>
      listTimeline(db, actor, input, counting),
    listBoxes: (actor: UserActor, input: Asked & { month: string; limit?: number; cursor?: string }) =>
      listBoxes(db, actor, input),
    listPlaces: (actor: UserActor, input: Asked & store.Bounds) => listPlaces(db, actor, input),
  }
}

/** @throws not-found  the organization, or the folder, is none of the caller's */
async function summarizeTimeline(db: Db, actor: UserActor, input: Asked, counting: Counting): Promise<TimelineSummary> {
  const { organizationId, ...filter } = input
  return monthsOf(await counting(db, await viewOf(db, actor, organizationId, filter)))
}

/**
 * @throws not-found        the organization, or the folder, is none of the caller's
 * @throws invalid-request  the cursor is none of ours, or there is no such day
 */
async function listTimeline(
  db: Db,
  actor: UserActor,
  input: Asked & { limit?: number; cursor?: string; until?: string },
  counting: Counting,
): Promise<{ items: File[]; next?: string }> {
  const { organizationId, limit = DEFAULT_LIMIT, cursor, until, ...filter } = input
  const after = cursor !== undefined ? momentOf(cursor) : until === undefined ? undefined : endOf(until)
  const view = await viewOf(db, actor, organizationId, filter)
  const moments = await nextOf(db, view, { after, limit: limit + 1 }, counting)
  const page = moments.slice(0, limit)
  const known = await filesOf(
    db,
    actor,
    view,
    page.map(({ id }) => id),
  )
  const items = page.flatMap(({ id }) => known.get(id) ?? [])
  const last = page.at(-1)
  return { items, ...(moments.length > limit && last !== undefined && { next: cursorOf(last) }) }
}

/** What is near is looked through; when little of it is the caller's, the days that have something of theirs are. */
async function nextOf(
  db: Db,
  view: store.View,
  page: { after: Moment | undefined; limit: number },
  counting: Counting,
): Promise<Moment[]> {
  const { rows, reached } = await store.walk(db, view, { ...page, steps: LOOKED_THROUGH })
  if (rows.length >= page.limit || reached === undefined) return rows
  const found = [...rows]
  let days = daysUntil(await counting(db, view), reached.at.slice(0, 10))
  while (found.length < page.limit && days.length > 0) {
    const wanted = page.limit - found.length
    const chosen = daysFor(days, wanted)
    found.push(...(await store.listOnDays(db, view, { days: chosen, after: reached, limit: wanted })))
    // Numbers may be a moment old: what these days do not hold any more, the days before them may.
    days = days.slice(chosen.length)
  }
  return found
}

const NO_ID = '00000000-0000-0000-0000-000000000000'

/**
 * @throws not-found        the organization, or the folder, is none of the caller's
 * @throws invalid-request  the cursor is none of ours
 */
async function listBoxes(
  db: Db,
  actor: UserActor,
  input: Asked & { month: string; limit?: number; cursor?: string },
): Promise<TimelineBoxes> {
  const { organizationId, month, limit = MOST_BOXES, cursor, ...filter } = input
  const after = cursor === undefined ? undefined : momentOf(cursor)
  const view = await viewOf(db, actor, organizationId, filter)
  const rows = await store.listBoxes(db, view, { ...boundsOf(month), after, limit: limit + 1 })
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const days: [number, number][] = []
  for (const { day } of page) {
    const current = days.at(-1)
    if (current?.[0] === day) current[1] += 1
    else days.push([day, 1])
  }
  const cursors = page.flatMap((_, i) => {
    const before = page[i - 1]
    if (i % BOX_STRIDE !== 0) return []
    // Before the first of a month is the end of the month.
    return [before === undefined ? (cursor ?? cursorOf(endOfMonth(month))) : cursorOf(before)]
  })
  return {
    ids: packIds(page.map(({ id }) => id)),
    ratios: page.map(({ ratio }) => Math.max(1, ratio)),
    days,
    cursors,
    ...(rows.length > limit && last !== undefined && { next: cursorOf(last) }),
  }
}

/** The first moment of the month after, which nothing comes before by its id. */
const endOfMonth = (month: string): Moment => ({ at: `${boundsOf(month).to}T00:00:00.000000`, id: NO_ID })

/** @throws not-found  the organization, or the folder, is none of the caller's */
async function listPlaces(db: Db, actor: UserActor, input: Asked & store.Bounds): Promise<{ clusters: Cluster[] }> {
  const { organizationId, south, west, north, east, ...filter } = input
  const view = await viewOf(db, actor, organizationId, filter)
  const bounds = { south, west, north, east }
  const rows = await store.listClusters(db, view, {
    ...bounds,
    cell: cellDegrees(bounds, ACROSS),
    limit: MOST_CLUSTERS,
  })
  const known = await filesOf(
    db,
    actor,
    view,
    rows.map(({ sampleId }) => sampleId),
  )
  return {
    clusters: rows.flatMap(({ sampleId, ...cluster }) => {
      const file = known.get(sampleId)
      return file === undefined ? [] : [{ ...cluster, sample: file }]
    }),
  }
}

async function viewOf(db: Db, actor: UserActor, organizationId: string, filter: TimelineFilter): Promise<store.View> {
  return { scope: await files.requireScope(db, actor, organizationId, filter), filter }
}

const filesOf = (db: Db, actor: UserActor, { scope }: store.View, ids: readonly string[]) =>
  files.filesById(db, actor, scope, ids)
