import { summarizeFiles, type File } from '@trove/contract/files'
import { call } from '../../lib/api.ts'
import { createStore, type Store } from '../../lib/store.ts'
import type { Section } from '../../ui/grid/layout.ts'
import { fileFilterOf, staysIn, type ListingFilter } from '../filter.ts'
import { createLoader, fetchPage, need, settled, stop, type Loader } from './loader.ts'
import { tellOvertaken } from './news.ts'
import {
  createState,
  insertFiles,
  mergeNewest,
  placeFor,
  placePage,
  removeFiles,
  replaceFile,
  type ListingState,
} from './state.ts'

const FIRST_PAGE = 100
const TOP_PAGE = 50
/** News come in bursts; the list asks again at most so often. */
const RELOAD_EVERY_MS = 1_000

export type ListingView = {
  status: 'loading' | 'ready' | 'failed'
  error?: unknown
  count: number
  /** There are more than `count`: how many is still being counted. */
  isCounting?: boolean
  sections: readonly Section[]
  /** Changes whenever a file does. */
  version: number
}

/** Everything that matches one filter, of which what is in sight is here. */
export type Listing = {
  filter: ListingFilter
  view: Store<ListingView>
  fileAt: (index: number) => File | undefined
  /** Known of some whose file is not here yet. */
  idAt?: (index: number) => string | undefined
  indexOf: (fileId: string) => number | undefined
  need: (from: number, to: number) => void
  /** Asks for everything again, and shows it when it is there. */
  reload: () => void
  /** Something was added: the newest are asked for. */
  lookAtTop: () => void
  /** @returns those that were here */
  remove: (fileIds: Iterable<string>) => File[]
  /** Puts back what was taken out, where it stood. */
  putBack: (files: readonly File[]) => void
  /** Takes over what is now known of a file. */
  patch: (file: File) => void
  /** Changes a file that is here. */
  change: (fileId: string, changed: Partial<File>) => void
}

type Core = {
  filter: ListingFilter
  view: Store<ListingView>
  state: ListingState | undefined
  loader: Loader | undefined
  sight: { from: number; to: number }
  reloading: ReturnType<typeof setTimeout> | undefined
  lastReload: number
  top: { isWanted: boolean; isAsking: boolean; news: number }
}

export function createListing(filter: ListingFilter): Listing {
  const core: Core = {
    filter,
    view: createStore<ListingView>({ status: 'loading', count: 0, sections: [], version: 0 }),
    state: undefined,
    loader: undefined,
    sight: { from: 0, to: 60 },
    reloading: undefined,
    lastReload: 0,
    top: { isWanted: false, isAsking: false, news: 0 },
  }
  void load(core)
  return {
    filter,
    view: core.view,
    fileAt: (index) => core.state?.files[index],
    indexOf: (fileId) => core.state?.positions.get(fileId),
    need(from, to) {
      core.sight = { from, to }
      if (core.loader !== undefined) need(core.loader, from, to)
    },
    reload: () => reload(core),
    lookAtTop: () => void lookAtTop(core),
    remove: (fileIds) => (core.state === undefined ? [] : shown(core, removeFiles(core.state, fileIds))),
    putBack: (files) => putBack(core, files),
    patch(file) {
      if (core.state === undefined) return
      shown(core, staysIn(filter, file) ? replaceFile(core.state, file) : removeFiles(core.state, [file.id]))
    },
    change(fileId, changed) {
      const file = core.state?.files[core.state.positions.get(fileId) ?? -1]
      if (core.state !== undefined && file !== undefined) shown(core, replaceFile(core.state, { ...file, ...changed }))
    },
  }
}

/** Shows the state as it is now. @returns what it was given */
function shown<T>(core: Core, result?: T): T {
  if (core.state !== undefined) {
    const { files, sections } = core.state
    core.view.set((now) => ({ status: 'ready', count: files.length, sections, version: now.version + 1 }))
  }
  return result as T
}

/** What is on the page stays there; an empty page says why it is empty. */
function fail(core: Core, error: unknown): void {
  core.view.set((now) =>
    now.status === 'ready' && now.count > 0 ? { ...now, error } : { ...now, status: 'failed', error },
  )
}

async function load(core: Core): Promise<void> {
  core.lastReload = Date.now()
  const askedAt = performance.now()
  const { filter, top } = core
  const newsBefore = top.news
  try {
    const [summary, first] = await Promise.all([
      call(summarizeFiles, { params: { organizationId: filter.organizationId }, query: fileFilterOf(filter) }),
      fetchPage(filter, { cursor: undefined, limit: FIRST_PAGE }),
    ])
    const state = createState(summary)
    placePage(state, { index: 0, revision: 0 }, first)
    const loader = createLoader({
      filter,
      state,
      hears(pageAskedAt) {
        if (core.state === state) shown(core)
        tellOvertaken((fileId) => core.state === state && state.positions.has(fileId), pageAskedAt)
      },
      fails: (error) => fail(core, error),
    })
    // What is in sight stays until what replaces it is there.
    need(loader, core.sight.from, core.sight.to)
    if (core.state !== undefined) await settled(loader)
    if (core.loader !== undefined) stop(core.loader)
    core.loader = loader
    core.state = state
    shown(core)
    tellOvertaken((fileId) => state.positions.has(fileId), askedAt)
    // What was heard while this was on its way may not be in it.
    if (top.news !== newsBefore) void lookAtTop(core)
  } catch (error) {
    fail(core, error)
  }
}

function reload(core: Core): void {
  if (core.reloading !== undefined) return
  core.reloading = setTimeout(
    () => {
      core.reloading = undefined
      void load(core)
    },
    Math.max(0, core.lastReload + RELOAD_EVERY_MS - Date.now()),
  )
}

/** Asks for the newest, again when more news came meanwhile. */
async function lookAtTop(core: Core): Promise<void> {
  const { top, filter } = core
  top.isWanted = true
  top.news += 1
  if (top.isAsking || core.state === undefined) return
  top.isAsking = true
  try {
    while (top.isWanted) {
      top.isWanted = false
      const before: ListingState | undefined = core.state
      const askedAt = performance.now()
      const page = await fetchPage(filter, { cursor: undefined, limit: TOP_PAGE })
      // A list that was loaded meanwhile may be older than this page: it is asked about anew.
      if (before !== core.state) {
        top.isWanted = true
        continue
      }
      takeTop(core, page.items)
      const here = new Set(page.items.map(({ id }) => id))
      tellOvertaken((fileId) => here.has(fileId), askedAt)
    }
  } catch (error) {
    fail(core, error)
  } finally {
    top.isAsking = false
  }
}

/** When the newest cannot be joined to what is here, everything is asked for again. */
function takeTop(core: Core, newest: readonly File[]): void {
  const { state } = core
  if (state === undefined) return
  if (mergeNewest(state, newest, newest.length < TOP_PAGE)) shown(core)
  else reload(core)
}

function putBack(core: Core, files: readonly File[]): void {
  const { state } = core
  if (state === undefined) return
  for (const file of files.filter((one) => !state.positions.has(one.id))) {
    const index = placeFor(state, file)
    if (index === undefined) return reload(core)
    insertFiles(state, index, [file])
  }
  shown(core)
}
