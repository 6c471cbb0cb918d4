import { DAY_PATTERN, type TimelineSummary } from '@trove/contract/timeline'
import { isOnWall } from '../../../platform/instants.ts'
import { Problem } from '../../../platform/problem.ts'

/** A place in the timeline: what a clock on the wall showed, to the microsecond, and the file that it showed it to. */
export type Moment = { at: string; id: string }

/** How many there are on a day. */
export type Day = { day: string; count: number }

const MOMENT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6})~([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

export const cursorOf = ({ at, id }: Moment): string => `${at}~${id}`

/** @throws invalid-request  the cursor is none of ours */
export function momentOf(cursor: string): Moment {
  const [, at, id] = MOMENT.exec(cursor) ?? []
  if (at === undefined || id === undefined || !isOnWall(at))
    throw new Problem('invalid-request', 'The cursor must be the `next` of a page before.')
  return { at, id }
}

const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/**
 * Before everything of a day: the pages that begin with its last.
 *
 * @throws invalid-request  there is no such day
 */
export function endOf(day: string): Moment {
  if (!isDay(day)) throw new Problem('invalid-request', `There is no ${day} in the calendar.`)
  return { at: `${day}T23:59:59.999999`, id: LAST_ID }
}

/** The first day of a month and that of the month after. */
export function boundsOf(month: string): { from: string; to: string } {
  const [year = 0, number = 1] = month.split('-').map(Number)
  const next = number === 12 ? [year + 1, 1] : [year, number + 1]
  return { from: `${month}-01`, to: `${String(next[0]).padStart(4, '0')}-${String(next[1]).padStart(2, '0')}-01` }
}

function isDay(day: string): boolean {
  const noon = new Date(`${day}T12:00:00Z`)
  return new RegExp(DAY_PATTERN).test(day) && !Number.isNaN(noon.getTime()) && noon.toISOString().startsWith(day)
}

/** How many there are on a day `2026-05-04` or, where `at` is a month `2026-05`, on each of its days. */
export type MonthOrDay = { at: string; counts: number[] | null; count: number }

/** Sums up what is told in parts, in whatever order, as days with anything, newest first. */
export function daysOf(parts: readonly MonthOrDay[]): Day[] {
  const sums = new Map<string, number>()
  const add = (day: string, count: number) => sums.set(day, (sums.get(day) ?? 0) + count)
  for (const { at, counts, count } of parts) {
    if (counts === null) add(at, count)
    else
      for (const [i, number] of counts.entries())
        if (number !== 0) add(`${at}-${String(i + 1).padStart(2, '0')}`, number)
  }
  return [...sums]
    .flatMap(([day, count]) => (count > 0 ? [{ day, count }] : []))
    .toSorted((a, b) => (a.day < b.day ? 1 : -1))
}

/** Days, newest first, as months with a number for each of their days. */
export function monthsOf(days: readonly Day[]): TimelineSummary {
  const months: TimelineSummary['months'] = []
  let count = 0
  for (const { day, count: onDay } of days) {
    const month = day.slice(0, 7)
    const number = Number(day.slice(8))
    if (months.at(-1)?.month !== month) months.push({ month, days: Array.from({ length: number }, () => 0) })
    const { days: counts = [] } = months.at(-1) ?? {}
    counts[number - 1] = onDay
    count += onDay
  }
  return { count, months }
}

export const daysUntil = (days: readonly Day[], last: string): Day[] => days.filter(({ day }) => day <= last)

/** The first of some days that are worth looking at for a page: as few as hold what it wants. */
export function daysFor(days: readonly Day[], wanted: number): string[] {
  let found = 0
  const enough = days.findIndex(({ count }) => (found += count) >= wanted)
  return days.slice(0, enough === -1 ? days.length : enough + 1).map(({ day }) => day)
}

/** Sides of a square of a map, in degrees, so that so many of them fill its width: halves of the whole, so that clusters stay where they are while the map moves. */
export function cellDegrees({ west, east }: { west: number; east: number }, across: number): number {
  const width = east > west ? east - west : east + 360 - west
  return 360 / 2 ** Math.ceil(Math.log2((360 * across) / Math.max(width, 1e-4)))
}

/** Ids as 16 bytes each, in base64url. */
export const packIds = (ids: readonly string[]): string =>
  Buffer.from(ids.join('').replaceAll('-', ''), 'hex').toString('base64url')
