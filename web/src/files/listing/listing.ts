import { summarizeFiles, type File } from '@trove/contract/files'
import { call } from '../../lib/api.ts'
import { createStore, type Store } from '../../lib/store.ts'
import type { Section } from '../../ui/grid/layout.ts'
import { fileFilterOf, type ListingFilter } from '../filter.ts'
import { createLoader, fetchPage, type Loader } from './loader.ts'
import { createState, insertFiles, placeFor, placePage, removeFiles, replaceFile, type ListingState } from './state.ts'

const FIRST_PAGE = 100
const TOP_PAGE = 50
/** News come in bursts; the list asks again at most so often. */
const RELOAD_EVERY_MS = 1_000

export type ListingView = {
  status: 'loading' | 'ready' | 'failed'
  error?: unknown
  count: number
  sections: readonly Section[]
  /** Changes whenever a file does. */
  version: number
}

/** Everything that matches one filter, of which what is in sight is here. */
export type Listing = {
  filter: ListingFilter
  view: Store<ListingView>
  fileAt(index: number): File | undefined
  indexOf(fileId: string): number | undefined
  need(from: number, to: number): void
  /** Asks for everything again, and shows it when it is there. */
  reload(): void
  /** Something was added: the newest are asked for. */
  lookAtTop(): void
  remove(fileIds: Iterable<string>): File[]
  /** Puts back what was taken out, where it stood. */
  putBack(files: readonly File[]): void
  /** Takes over what is now known of a file. */
  patch(file: File): void
  /** Changes a file that is here; what it is not is left alone. */
  change(fileId: string, changed: Partial<File>): void
}

export function createListing(filter: ListingFilter): Listing {
  const view = createStore<ListingView>({ status: 'loading', count: 0, sections: [], version: 0 })
  let state: ListingState | undefined
  let loader: Loader | undefined
  let sight = { from: 0, to: 60 }
  let reloading: ReturnType<typeof setTimeout> | undefined
  let lastReload = 0
  let topWanted = false
  let isLookingAtTop = false

  const show = () => {
    if (state === undefined) return
    const { files, sections } = state
    view.set((now) => ({ status: 'ready', count: files.length, sections, version: now.version + 1 }))
  }
  const fail = (error: unknown) => {
    view.set((now) => (now.status === 'ready' && now.count > 0 ? { ...now, error } : { ...now, status: 'failed', error }))
  }

  async function load(): Promise<void> {
    lastReload = Date.now()
    const { organizationId } = filter
    try {
      const [summary, first] = await Promise.all([
        call(summarizeFiles, { params: { organizationId }, query: fileFilterOf(filter) }),
        fetchPage(filter, { cursor: undefined, limit: FIRST_PAGE }),
      ])
      const fresh = createState(summary)
      placePage(fresh, { index: 0, revision: 0 }, first)
      const freshLoader = createLoader(filter, fresh, { hears: () => state === fresh && show(), fails: fail })
      // What is in sight stays until what replaces it is there.
      freshLoader.need(sight.from, sight.to)
      if (state !== undefined) await freshLoader.settled()
      loader?.stop()
      loader = freshLoader
      state = fresh
      show()
    } catch (error) {
      fail(error)
    }
  }

  async function lookAtTop(): Promise<void> {
    topWanted = true
    if (isLookingAtTop || state === undefined) return
    isLookingAtTop = true
    try {
      while (topWanted) {
        topWanted = false
        const asked: ListingState | undefined = state
        const page = await fetchPage(filter, { cursor: undefined, limit: TOP_PAGE })
        if (asked === state) takeTop(page.items)
      }
    } catch (error) {
      fail(error)
    } finally {
      isLookingAtTop = false
    }
  }

  function takeTop(newest: readonly File[]): void {
    if (state === undefined) return
    const known = newest.findIndex((file) => state?.positions.has(file.id) === true)
    const isWhole = known === -1 && state.files.length === 0 && newest.length < TOP_PAGE
    if (known === -1 && !isWhole) return reload()
    const added = known === -1 ? newest : newest.slice(0, known)
    if (known !== -1 && state.positions.get(newest[known]?.id ?? '') !== 0) return reload()
    for (const file of newest.slice(added.length)) replaceFile(state, file)
    insertFiles(state, 0, added)
    show()
  }

  function reload(): void {
    if (reloading !== undefined) return
    reloading = setTimeout(() => {
      reloading = undefined
      void load()
    }, Math.max(0, lastReload + RELOAD_EVERY_MS - Date.now()))
  }

  void load()

  return {
    filter,
    view,
    reload,
    lookAtTop: () => void lookAtTop(),
    fileAt: (index) => state?.files[index],
    indexOf: (fileId) => state?.positions.get(fileId),
    need(from, to) {
      sight = { from, to }
      loader?.need(from, to)
    },
    remove(fileIds) {
      if (state === undefined) return []
      const removed = removeFiles(state, fileIds)
      if (removed.length > 0) show()
      return removed
    },
    putBack(files) {
      if (state === undefined) return
      for (const file of files) {
        if (state.positions.has(file.id)) continue
        const index = placeFor(state, file)
        if (index === undefined) return reload()
        insertFiles(state, index, [file])
      }
      show()
    },
    patch(file) {
      if (state === undefined) return
      if ((file.trashedAt !== undefined) !== (filter.trashed === true)) removeFiles(state, [file.id])
      else replaceFile(state, file)
      show()
    },
    change(fileId, changed) {
      const index = state?.positions.get(fileId)
      const file = index === undefined ? undefined : state?.files[index]
      if (state === undefined || file === undefined) return
      replaceFile(state, { ...file, ...changed })
      show()
    },
  }
}
