import type { File } from '@trove/contract/files'
import { listTimeline, summarizeTimeline } from '@trove/contract/timeline'
import { call } from '../../lib/api.ts'
import { createStore } from '../../lib/store.ts'
import type { Section } from '../../ui/grid/layout.ts'
import { staysIn, type ListingFilter } from '../filter.ts'
import type { Listing, ListingView } from '../listing/listing.ts'
import { tellOvertaken } from '../listing/news.ts'
import type { Level } from './levels.ts'
import { createLoader, look, queryOf, type Loader } from './loader.ts'
import {
  emptyState,
  extended,
  forgetFar,
  indexOfDay,
  monthAt,
  removeFiles,
  replaceFile,
  sectionsOf,
  summaryOf,
  takeFiles,
  takeSummary,
  type TimelineState,
} from './state.ts'

const FIRST_PAGE = 60
/** News come in bursts; the numbers are asked for again at most so often. */
const RELOAD_EVERY_MS = 2_000
/** So many files on each side of what is in sight are kept. */
const KEPT = 3_000

/** Images and videos by when they happened, of which what is in sight is here. */
export type HappenedListing = Listing & {
  /** What stands under one heading. */
  showBy: (level: Level) => void
  /** The first file of a day, or of the nearest before it that has one. */
  indexOfDay: (day: string) => number
}

type Core = {
  filter: ListingFilter
  view: Listing['view']
  level: Level
  state: TimelineState
  loader: Loader
  lastReload: number
  reloading: ReturnType<typeof setTimeout> | undefined
  isAllStale: boolean
  /** It is not known yet how many there are. */
  isCounting: boolean
  isAskingMore: boolean
}

function createCore(filter: ListingFilter): Core {
  const core: Core = {
    filter,
    view: createStore<ListingView>({ status: 'loading', count: 0, sections: [], version: 0 }),
    level: 'day',
    state: emptyState(),
    loader: createLoader(filter, { hears: () => heard(core), fails: (error) => fail(core, error) }),
    lastReload: 0,
    reloading: undefined,
    isAllStale: false,
    isCounting: false,
    isAskingMore: false,
  }
  return core
}

export function createHappenedListing(filter: ListingFilter): HappenedListing {
  const core = createCore(filter)
  void open(core)
  const fileAt = (index: number): File | undefined => {
    const month = monthAt(core.state, index)
    return month?.files[index - month.start]
  }
  return {
    filter,
    view: core.view,
    fileAt,
    idAt(index) {
      const month = monthAt(core.state, index)
      return month?.boxes?.ids[index - month.start] ?? month?.files[index - (month?.start ?? 0)]?.id
    },
    indexOf(fileId) {
      const place = core.state.where.get(fileId)
      return place === undefined ? undefined : place.month.start + place.index
    },
    need(from, to) {
      forgetFar(core.state, from - KEPT, to + KEPT)
      look(core.loader, core.state, { from, to })
      void askFurther(core)
    },
    reload: () => reload(core, true),
    lookAtTop: () => reload(core, false),
    remove(fileIds) {
      const removed = removeFiles(core.state, fileIds)
      shown(core)
      return removed
    },
    // Where they stood, the server knows best.
    putBack: () => reload(core, true),
    patch(file) {
      if (staysIn(filter, file)) replaceFile(core.state, file)
      else removeFiles(core.state, [file.id])
      shown(core)
    },
    change(fileId, changed) {
      const place = core.state.where.get(fileId)
      const file = place?.month.files[place.index]
      if (file !== undefined && replaceFile(core.state, { ...file, ...changed })) shown(core)
    },
    showBy(level) {
      if (level === core.level) return
      core.level = level
      shown(core)
    },
    indexOfDay: (day) => indexOfDay(core.state, day),
  }
}

/** The first files are seen as soon as they have come, whether or not it is known how many there are. */
async function open(core: Core): Promise<void> {
  const params = { organizationId: core.filter.organizationId }
  const query = queryOf(core.filter)
  const summary = call(summarizeTimeline, { params, query })
  summary.catch(() => undefined)
  core.lastReload = Date.now()
  const askedAt = performance.now()
  const tell = () => tellOvertaken((fileId) => core.state.where.has(fileId), askedAt)
  try {
    const first = await call(listTimeline, { params, query: { ...query, limit: FIRST_PAGE } })
    core.isCounting = first.next !== undefined
    takeFirst(core, summaryOf(first.items), first.items)
    tell()
    if (!core.isCounting) return
    const counted = await summary
    core.isCounting = false
    core.lastReload = Date.now()
    takeFirst(core, counted, first.items)
    tell()
  } catch (error) {
    core.isCounting = false
    fail(core, error)
  }
}

function heard(core: Core): void {
  shown(core)
  void askFurther(core)
}

/** To count what somebody may see can take seconds: nobody waits for it who goes on, and months come as they are reached. */
async function askFurther(core: Core): Promise<void> {
  const { filter, loader, state } = core
  const last = state.months.at(-1)
  const isNear = loader.sight.to + FIRST_PAGE > state.count
  // Until its shapes are here it is not known where the last month ends.
  if (!core.isCounting || core.isAskingMore || !isNear || last?.boxes === undefined) return
  core.isAskingMore = true
  const askedAt = performance.now()
  try {
    const query = { ...queryOf(filter), limit: FIRST_PAGE, until: dayBefore(last.month) }
    const { items } = await call(listTimeline, { params: { organizationId: filter.organizationId }, query })
    if (!core.isCounting || items.length === 0) return
    core.state = extended(core.state, items)
    look(core.loader, core.state)
    shown(core)
    tellOvertaken((fileId) => core.state.where.has(fileId), askedAt)
  } catch (error) {
    fail(core, error)
  } finally {
    core.isAskingMore = false
  }
}

/** The last day before a month `2026-05`. */
const dayBefore = (month: string): string =>
  new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)) - 1, 0)).toISOString().slice(0, 10)

function takeFirst(core: Core, summary: ReturnType<typeof summaryOf>, files: readonly File[]): void {
  core.state = takeSummary(core.state, summary, false)
  let from = 0
  for (const month of core.state.months) {
    if (from >= files.length) break
    takeFiles(core.state, month, 0, files.slice(from, from + month.count))
    from += month.count
  }
  shown(core)
}

/** Asks for the numbers again. What is in sight stays there until what replaces it has come. */
function reload(core: Core, isAllStale: boolean): void {
  core.isAllStale ||= isAllStale
  if (core.reloading !== undefined) return
  core.reloading = setTimeout(
    () => {
      core.reloading = undefined
      void askAgain(core)
    },
    Math.max(0, core.lastReload + RELOAD_EVERY_MS - Date.now()),
  )
}

async function askAgain(core: Core): Promise<void> {
  const { isAllStale, filter } = core
  core.isAllStale = false
  core.lastReload = Date.now()
  try {
    const params = { organizationId: filter.organizationId }
    const summary = await call(summarizeTimeline, { params, query: queryOf(filter) })
    core.state = takeSummary(core.state, summary, isAllStale)
    shown(core)
    look(core.loader, core.state)
  } catch (error) {
    fail(core, error)
  }
}

function shown(core: Core): void {
  const sections = asBefore(core.view.get().sections, sectionsOf(core.state, core.level))
  const { isCounting, state } = core
  const { count } = state
  core.view.set((now) => ({ status: 'ready', count, isCounting, sections, version: now.version + 1 }))
}

/** The sections that are there already, where they are the same: nothing is laid out anew because a file has come. */
const asBefore = (before: readonly Section[], now: readonly Section[]): readonly Section[] =>
  before.length === now.length && before.every((section, i) => section === now[i]) ? before : now

/** What is on the page stays there; an empty page says why it is empty. */
function fail(core: Core, error: unknown): void {
  core.view.set((now) =>
    now.status === 'ready' && now.count > 0 ? { ...now, error } : { ...now, status: 'failed', error },
  )
}
