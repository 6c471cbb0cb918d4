import { isIP } from 'node:net'
import type { Db } from '../../../platform/db/index.ts'
import { isId } from '../../../platform/ids.ts'
import { Problem } from '../../../platform/problem.ts'
import * as store from './store.ts'

const DEFAULT_LIMIT = 50
/** Lines read at a time for an export: a few hundred kilobytes. */
const BATCH = 1_000
const PLACE = /^([12]\d{3}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z)_(.{36})$/

/** What a client asked to see, still as text. */
export type Asked = {
  from?: string
  to?: string
  ip?: string
  cursor?: string
  limit?: number
}
export type PageOf<Row> = { rows: Row[]; next?: string }

/**
 * A page of activities, newest first. Who may ask for which is the caller's question.
 *
 * @throws invalid-request  the cursor or the address is none
 */
export async function readActivities(
  db: Db,
  query: Omit<store.ActivityQuery, 'from' | 'to' | 'ip'>,
  asked: Asked,
): Promise<PageOf<store.ActivityRow>> {
  const { limit, after } = pagingOf(asked)
  const paging = { limit: limit + 1, after, order: 'newest first' } as const
  return pageOf(await store.listActivities(db, { ...query, ...timesOf(asked) }, paging), limit)
}

/** The same of security events. */
export async function readSecurityEvents(
  db: Db,
  query: Omit<store.SecurityQuery, 'from' | 'to' | 'ip'>,
  asked: Asked,
): Promise<PageOf<store.SecurityRow>> {
  const { limit, after } = pagingOf(asked)
  const paging = { limit: limit + 1, after, order: 'newest first' } as const
  return pageOf(await store.listSecurityEvents(db, { ...query, ...timesOf(asked) }, paging), limit)
}

/**
 * All activities that match up to now, oldest first, a batch at a time. Because the trail is append-only, one batch fits
 * to the next without a transaction that would stay open for as long as the slowest reader takes.
 */
export function exportActivities(
  db: Db,
  query: Omit<store.ActivityQuery, 'from' | 'to' | 'ip'>,
  asked: Asked,
): AsyncGenerator<store.ActivityRow[]> {
  const whole = { ...query, ...timesUntilNow(asked) }
  return batches((paging) => store.listActivities(db, whole, paging))
}

export function exportEvents(
  db: Db,
  query: Omit<store.SecurityQuery, 'from' | 'to' | 'ip'>,
  asked: Asked,
): AsyncGenerator<store.SecurityRow[]> {
  const whole = { ...query, ...timesUntilNow(asked) }
  return batches((paging) => store.listSecurityEvents(db, whole, paging))
}

async function* batches<Row extends { place: string; id: string }>(
  read: (paging: store.Paging) => Promise<store.Found<Row>>,
): AsyncGenerator<Row[]> {
  let after: store.Place | undefined
  do {
    const { rows, soFar } = await read({ limit: BATCH, after, order: 'oldest first' })
    if (rows.length > 0) yield rows
    const last = rows.at(-1)
    after = rows.length === BATCH && last !== undefined ? { at: last.place, id: last.id } : soFar
  } while (after !== undefined)
}

/** @throws invalid-request */
function timesOf({ from, to, ip }: Asked) {
  if (ip !== undefined && !isNetwork(ip))
    throw new Problem('invalid-request', '`ip` must be an address or a network, such as 203.0.113.7 or 203.0.113.0/24.')
  return { from: timeOf(from), to: timeOf(to), ip }
}

function timeOf(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined
  const time = new Date(text)
  // The form allows leap seconds, which no Date can hold.
  if (Number.isNaN(time.getTime())) throw new Problem('invalid-request', `${text} is no time.`)
  return time
}

/** Not the 30th of February, which PostgreSQL refuses and `Date` moves to March. */
function isMoment(text: string): boolean {
  const time = Date.parse(text)
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 19) === text.slice(0, 19)
}

function timesUntilNow(asked: Asked) {
  const times = timesOf(asked)
  const now = new Date()
  return { ...times, to: times.to !== undefined && times.to < now ? times.to : now }
}

function pagingOf({ cursor, limit = DEFAULT_LIMIT }: Asked): { limit: number; after: store.Place | undefined } {
  if (cursor === undefined) return { limit, after: undefined }
  const [, at, id] = PLACE.exec(cursor) ?? []
  if (at === undefined || !isId(id) || !isMoment(at))
    throw new Problem('invalid-request', 'The cursor must be the `next` of a page before.')
  return { limit, after: { at, id } }
}

function pageOf<Row extends { place: string; id: string }>({ rows, soFar }: store.Found<Row>, limit: number) {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const next = rows.length > limit && last !== undefined ? { at: last.place, id: last.id } : soFar
  return { rows: page, ...(next !== undefined && { next: `${next.at}_${next.id}` }) }
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || address.includes('%') || rest.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
}
