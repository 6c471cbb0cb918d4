import { listFiles, type File } from '@trove/contract/files'
import { call } from '../../lib/api.ts'
import { fileFilterOf, type ListingFilter } from '../filter.ts'
import { placePage, type ListingState } from './state.ts'

const PAGE_SIZE = 200
const AT_ONCE = 3
/** While somebody drags through years, only where they rest is asked for. */
const REST_MS = 90

export type Page = { items: File[]; next?: string | undefined }

export function fetchPage(
  filter: ListingFilter,
  { cursor, limit }: { cursor: string | undefined; limit: number },
  signal?: AbortSignal,
): Promise<Page> {
  const query = { ...fileFilterOf(filter), limit, ...(cursor === undefined ? {} : { cursor }) }
  return call(listFiles, { params: { organizationId: filter.organizationId }, query }, signal)
}

type Flight = { index: number; control: AbortController }

/** What fetches: a stretch of the list in sight, and nothing that has left it. */
export type Loader = {
  filter: ListingFilter
  state: ListingState
  /** After a page was put in place that was asked for then, by `performance.now()`. */
  hears: (askedAt: number) => void
  /** With what a page was refused with; asking stops until something else is needed. */
  fails: (error: unknown) => void
  sight: { from: number; to: number }
  flights: Flight[]
  timer: ReturnType<typeof setTimeout> | undefined
  waiting: (() => void)[]
  isStopped: boolean
}

export function createLoader(parts: Pick<Loader, 'filter' | 'state' | 'hears' | 'fails'>): Loader {
  return { ...parts, sight: { from: 0, to: 0 }, flights: [], timer: undefined, waiting: [], isStopped: false }
}

/** Says what is in sight; `to` is not included. */
export function need(loader: Loader, from: number, to: number): void {
  const isFar = from >= loader.sight.to || to <= loader.sight.from
  loader.sight = { from, to: Math.min(to, loader.state.files.length) }
  clearTimeout(loader.timer)
  if (isFar && loader.flights.length > 0) loader.timer = setTimeout(() => pump(loader), REST_MS)
  else pump(loader)
}

/** Resolves when everything in sight is here, or was refused. */
export function settled(loader: Loader): Promise<void> {
  return new Promise((resolve) => (loader.flights.length === 0 ? resolve() : loader.waiting.push(resolve)))
}

export function stop(loader: Loader): void {
  loader.isStopped = true
  clearTimeout(loader.timer)
  for (const flight of loader.flights) flight.control.abort()
  tellSettled(loader)
}

function pump(loader: Loader): void {
  if (loader.isStopped) return
  const { sight } = loader
  for (const flight of loader.flights) if (!isUseful(flight, sight)) flight.control.abort()
  for (let at = firstMissing(loader, sight.from); at < sight.to && loader.flights.length < AT_ONCE;) {
    const start = startBefore(loader.state, at)
    if (!loader.flights.some((flight) => flight.index === start.index)) void fly(loader, start)
    at = firstMissing(loader, Math.max(at + 1, start.end))
  }
  if (loader.flights.length === 0) tellSettled(loader)
}

async function fly(loader: Loader, { index, end, cursor }: ReturnType<typeof startBefore>): Promise<void> {
  const { state } = loader
  const { revision } = state
  const askedAt = performance.now()
  const flight: Flight = { index, control: new AbortController() }
  loader.flights.push(flight)
  const land = () => {
    loader.flights = loader.flights.filter((other) => other !== flight)
  }
  try {
    const page = await fetchPage(loader.filter, { cursor, limit: end - index }, flight.control.signal)
    land()
    if (page.items.length === 0) throw new Error('The list has changed meanwhile.')
    if (placePage(state, { index, revision }, page)) loader.hears(askedAt)
    pump(loader)
  } catch (error) {
    land()
    if (flight.control.signal.aborted) return pump(loader)
    tellSettled(loader)
    loader.fails(error)
  }
}

/** A page before the one in sight is on the way to it, for pages are chained by cursors. */
const isUseful = ({ index }: Flight, sight: Loader['sight']) => index < sight.to && index + PAGE_SIZE * 3 > sight.from

function firstMissing({ state, sight }: Loader, from: number): number {
  for (let i = from; i < sight.to; i += 1) if (state.files[i] === undefined) return i
  return sight.to
}

/** The nearest known beginning of a page at or before a position, and where that page should end. */
function startBefore(state: ListingState, at: number): { index: number; end: number; cursor: string | undefined } {
  const next = state.starts.findIndex((start) => start.index > at)
  const start = state.starts[(next === -1 ? state.starts.length : next) - 1] ?? { index: 0, cursor: undefined }
  const bound = state.starts[next]?.index ?? state.files.length
  return { ...start, end: Math.min(bound, start.index + PAGE_SIZE) }
}

function tellSettled(loader: Loader): void {
  for (const tell of loader.waiting) tell()
  loader.waiting = []
}
