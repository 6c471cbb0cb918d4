import {
  BOX_STRIDE,
  listTimeline,
  listTimelineBoxes,
  type TimelineBoxes,
  type TimelineFilter,
} from '@trove/contract/timeline'
import { call } from '../../lib/api.ts'
import { fileFilterOf, type ListingFilter } from '../filter.ts'
import { tellOvertaken } from '../listing/news.ts'
import { takeBoxes, takeFiles, type Month, type TimelineState } from './state.ts'

const AT_ONCE = 4
/** While somebody drags through years, only where they rest is asked for. */
const REST_MS = 70

type Sight = { from: number; to: number }

/** What fetches: the shapes of the months in sight, and then the files. */
export type Loader = {
  filter: ListingFilter
  hears: () => void
  fails: (error: unknown) => void
  sight: Sight
  /** By what is being fetched: `2026-05` for shapes, `2026-05.3` for a page of files. */
  flights: Map<string, AbortController>
  timer: ReturnType<typeof setTimeout> | undefined
  current: TimelineState | undefined
}

export const createLoader = (filter: ListingFilter, tells: Pick<Loader, 'hears' | 'fails'>): Loader => ({
  filter,
  ...tells,
  sight: { from: 0, to: 60 },
  flights: new Map(),
  timer: undefined,
  current: undefined,
})

/** A filter as the timeline takes it: what it shows is always images and videos that are not in the trash. */
export function queryOf(filter: ListingFilter): TimelineFilter {
  const { kinds: _kinds, trashed: _trashed, ...rest } = fileFilterOf(filter)
  return rest as TimelineFilter
}

/** Says what is in sight; `to` is not included. */
export function look(loader: Loader, state: TimelineState, sight: Sight = loader.sight): void {
  const isFar = sight.from >= loader.sight.to || sight.to <= loader.sight.from
  loader.sight = sight
  loader.current = state
  clearTimeout(loader.timer)
  if (isFar) loader.timer = setTimeout(() => pump(loader), REST_MS)
  else pump(loader)
}

/** Fetches what is missing in sight, from its middle outwards, and lets go of what has left it. */
function pump(loader: Loader): void {
  const { current: state, sight, flights } = loader
  if (state === undefined) return
  const wanted = missing(state, sight)
  for (const [key, control] of flights) {
    if (wanted.some((one) => one.key === key)) continue
    control.abort()
    flights.delete(key)
  }
  for (const one of wanted) {
    if (flights.size >= AT_ONCE) break
    if (!flights.has(one.key)) void fly(loader, state, one)
  }
}

type Wanted = { key: string; month: Month; page: number | undefined }

function missing({ months }: TimelineState, { from, to }: Sight): Wanted[] {
  const inSight = months.filter(({ start, count }) => start < to && start + count > from)
  return inSight.flatMap((month): Wanted[] => {
    if (month.boxes === undefined || month.isStale) return [{ key: month.month, month, page: undefined }]
    const first = Math.floor(Math.max(0, from - month.start) / BOX_STRIDE)
    const last = Math.floor(Math.min(month.count - 1, to - 1 - month.start) / BOX_STRIDE)
    return Array.from({ length: last - first + 1 }, (_, i) => first + i)
      .filter(
        (page) => !month.tried.has(page) && !isThere(month, page, { from: from - month.start, to: to - month.start }),
      )
      .map((page) => ({ key: `${month.month}.${page}`, month, page }))
  })
}

function isThere({ files, count }: Month, page: number, sight: Sight): boolean {
  const end = Math.min(count, (page + 1) * BOX_STRIDE, sight.to)
  for (let i = Math.max(page * BOX_STRIDE, sight.from); i < end; i += 1) if (files[i] === undefined) return false
  return true
}

async function fly(loader: Loader, state: TimelineState, { key, month, page }: Wanted): Promise<void> {
  const control = new AbortController()
  const askedAt = performance.now()
  loader.flights.set(key, control)
  const params = { organizationId: loader.filter.organizationId }
  const query = queryOf(loader.filter)
  try {
    if (page === undefined) {
      const pages = await allBoxes(loader.filter, month.month, control.signal)
      if (isCurrent(loader, month)) takeBoxes(loader.current ?? state, month, pages)
    } else {
      const cursor = month.boxes?.cursors[page]
      const files = await call(
        listTimeline,
        { params, query: { ...query, limit: BOX_STRIDE, ...(cursor !== undefined && { cursor }) } },
        control.signal,
      )
      month.tried.add(page)
      if (isCurrent(loader, month)) takeFiles(loader.current ?? state, month, page * BOX_STRIDE, files.items)
    }
    loader.flights.delete(key)
    loader.hears()
    tellOvertaken((fileId) => loader.current?.where.has(fileId) === true, askedAt)
    pump(loader)
  } catch (error) {
    if (control.signal.aborted) return
    loader.flights.delete(key)
    loader.fails(error)
  }
}

const isCurrent = ({ current }: Loader, month: Month): boolean => current?.months.includes(month) === true

async function allBoxes(filter: ListingFilter, month: string, signal: AbortSignal): Promise<TimelineBoxes[]> {
  const pages: TimelineBoxes[] = []
  const params = { organizationId: filter.organizationId }
  for (let cursor: string | undefined; ;) {
    const query = { ...queryOf(filter), month, ...(cursor !== undefined && { cursor }) }
    const page = await call(listTimelineBoxes, { params, query }, signal)
    pages.push(page)
    if (page.next === undefined) return pages
    cursor = page.next
  }
}
