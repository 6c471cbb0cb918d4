import { listFiles, type File } from '@trove/contract/files'
import { call } from '../../lib/api.ts'
import { fileFilterOf, type ListingFilter } from '../filter.ts'
import { placePage, type ListingState } from './state.ts'

const PAGE_SIZE = 200
const AT_ONCE = 3
/** While somebody drags through years, only where they rest is asked for. */
const REST_MS = 90

export type Page = { items: File[]; next?: string | undefined }

/** What fetches: a stretch of the list in sight, and nothing that has left it. */
export type Loader = {
  /** Positions in sight, `to` not included. */
  need(from: number, to: number): void
  /** Resolves when everything in sight is here. */
  settled(): Promise<void>
  stop(): void
}

export function fetchPage(filter: ListingFilter, options: { cursor: string | undefined; limit: number }, signal?: AbortSignal): Promise<Page> {
  const { cursor, limit } = options
  const query = { ...fileFilterOf(filter), limit, ...(cursor === undefined ? {} : { cursor }) }
  return call(listFiles, { params: { organizationId: filter.organizationId }, query }, signal)
}

type Flight = { index: number; end: number; control: AbortController }

/**
 * @param hears  called after a page was put in place
 * @param fails  called with what a page was refused with; asking stops until something else is needed
 */
export function createLoader(
  filter: ListingFilter,
  state: ListingState,
  { hears, fails }: { hears: () => void; fails: (error: unknown) => void },
): Loader {
  let sight = { from: 0, to: 0 }
  let flights: Flight[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  let waiting: (() => void)[] = []
  let isStopped = false

  function need(from: number, to: number): void {
    const isFar = from >= sight.to || to <= sight.from
    sight = { from, to: Math.min(to, state.files.length) }
    clearTimeout(timer)
    if (isFar && flights.length > 0) timer = setTimeout(pump, REST_MS)
    else pump()
  }

  function pump(): void {
    if (isStopped) return
    for (const flight of flights) if (!isUseful(flight)) flight.control.abort()
    for (let at = firstMissing(sight.from); at < sight.to && flights.length < AT_ONCE; at = firstMissing(at)) {
      const start = startBefore(at)
      if (flights.some((flight) => flight.index === start.index)) {
        at = Math.max(at + 1, start.end)
        continue
      }
      void fly(start)
      at = Math.max(at + 1, start.end)
    }
    if (flights.length === 0) {
      for (const tell of waiting) tell()
      waiting = []
    }
  }

  async function fly({ index, end, cursor }: { index: number; end: number; cursor: string | undefined }): Promise<void> {
    const flight: Flight = { index, end, control: new AbortController() }
    flights.push(flight)
    const { revision } = state
    try {
      const page = await fetchPage(filter, { cursor, limit: end - index }, flight.control.signal)
      const isEmptyTooEarly = page.items.length === 0
      land(flight)
      if (isEmptyTooEarly) return fails(new Error('The list has changed meanwhile.'))
      if (placePage(state, { index, revision }, page)) hears()
      pump()
    } catch (error) {
      land(flight)
      if (flight.control.signal.aborted) return pump()
      fails(error)
    }
  }

  const land = (flight: Flight) => {
    flights = flights.filter((other) => other !== flight)
  }
  /** A page before the one in sight is on the way to it, for pages are chained by cursors. */
  const isUseful = ({ index }: Flight) => index < sight.to && index + PAGE_SIZE * 3 > sight.from

  function firstMissing(from: number): number {
    for (let i = from; i < sight.to; i += 1) if (state.files[i] === undefined) return i
    return sight.to
  }

  function startBefore(at: number): { index: number; end: number; cursor: string | undefined } {
    const next = state.starts.findIndex((start) => start.index > at)
    const start = state.starts[(next === -1 ? state.starts.length : next) - 1] ?? { index: 0, cursor: undefined }
    const bound = next === -1 ? state.files.length : (state.starts[next]?.index ?? state.files.length)
    return { ...start, end: Math.min(bound, start.index + PAGE_SIZE) }
  }

  return {
    need,
    settled: () => new Promise((resolve) => (flights.length === 0 ? resolve() : waiting.push(resolve))),
    stop() {
      isStopped = true
      clearTimeout(timer)
      for (const flight of flights) flight.control.abort()
      for (const tell of waiting) tell()
      waiting = []
    },
  }
}
