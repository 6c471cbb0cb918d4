import type { Level } from './levels.ts'
import type { File } from '@trove/contract/files'
import type { TimelineBoxes, TimelineSummary } from '@trove/contract/timeline'
import type { Section } from '../../ui/grid/layout.ts'
import { aspectOf, boxOf } from '../listing/aspect.ts'
import { unpackIds } from './packed.ts'

/** Boxes in a section. */
const SECTION_SIZE = 100

/** How many in a row are of a day, newest first. */
type DayCount = { day: number; count: number }

/** A month of which at first only the number of files is known, then their shapes, then, where one looks, the files. */
export type Month = {
  month: string
  /** Index of its first file in the whole timeline. */
  start: number
  count: number
  days: DayCount[]
  /** Undefined until they have come. */
  boxes: { ids: string[]; ratios: number[]; cursors: string[] } | undefined
  files: (File | undefined)[]
  /** Pages of files that have come: of one that left a place empty, no more is to be had. */
  tried: Set<number>
  /** What is known of it may be old: it is asked for again when somebody looks. */
  isStale: boolean
  /** As the grid wants it, by level; forgotten when anything changes. */
  sections: Partial<Record<Level, Section[]>>
}

export type TimelineState = { months: Month[]; count: number; where: Map<string, { month: Month; index: number }> }

export const emptyState = (): TimelineState => ({ months: [], count: 0, where: new Map() })

/** Takes over how many there are; months of which the numbers are the same keep what is known of them. */
export function takeSummary(state: TimelineState, { months }: TimelineSummary, isAllStale: boolean): TimelineState {
  const before = new Map(state.months.map((month) => [month.month, month]))
  const next = months.map(({ month, days }): Month => {
    const counts = countsOf(days)
    const old = before.get(month)
    if (old !== undefined && isAlike(old.days, counts)) {
      old.isStale ||= isAllStale
      return old
    }
    // What was here stays in sight until what replaces it has come.
    if (old?.boxes !== undefined) return Object.assign(old, { isStale: true })
    return monthOf(month, counts)
  })
  return settled({ months: next, count: 0, where: state.where })
}

/** Adds months that come after all that are known, with their first files: how many more they have is not known yet. */
export function extended(state: TimelineState, files: readonly File[]): TimelineState {
  const last = state.months.at(-1)?.month
  const further = files.filter((file) => last === undefined || dayOf(file).slice(0, 7) < last)
  const months = summaryOf(further).months.map(({ month, days }) => monthOf(month, countsOf(days)))
  const next = settled({ ...state, months: [...state.months, ...months] })
  for (const month of months) {
    const from = month.start - state.count
    takeFiles(next, month, 0, further.slice(from, from + month.count))
  }
  return next
}

/** What the first files of all tell of how many there are, for as long as nothing else does. */
export function summaryOf(files: readonly File[]): TimelineSummary {
  const months: TimelineSummary['months'] = []
  for (const file of files) {
    const day = dayOf(file)
    const month = day.slice(0, 7)
    if (months.at(-1)?.month !== month) months.push({ month, days: [] })
    const { days = [] } = months.at(-1) ?? {}
    const number = Number(day.slice(8))
    while (days.length < number) days.push(0)
    days[number - 1] = (days[number - 1] ?? 0) + 1
  }
  return { count: files.length, months }
}

/** Takes over the shapes of a month, all of its pages in one. */
export function takeBoxes(state: TimelineState, month: Month, pages: readonly TimelineBoxes[]): void {
  const known = new Map(month.files.flatMap((file) => (file === undefined ? [] : [[file.id, file] as const])))
  const ids = pages.flatMap((page) => unpackIds(page.ids))
  month.boxes = { ids, ratios: pages.flatMap((page) => page.ratios), cursors: pages.flatMap((page) => page.cursors) }
  month.days = pages
    .flatMap((page) => page.days)
    .map(([day, count]) => ({ day, count }))
    .reduce<DayCount[]>(joined, [])
  month.count = ids.length
  for (const id of known.keys()) state.where.delete(id)
  month.files = ids.map((id) => known.get(id))
  // Of a file that is here its own shape is known, whatever is told of its version.
  for (const [index, file] of month.files.entries()) if (file !== undefined) setRatio(month, index, file)
  month.isStale = false
  month.tried.clear()
  changed(state, month)
  Object.assign(state, settled({ ...state, months: state.months.filter(({ count }) => count > 0) }))
}

/** Takes over files that follow each other; where the shapes are known, each goes where its shape is. */
export function takeFiles(state: TimelineState, month: Month, from: number, files: readonly File[]): void {
  const places = new Map(month.boxes?.ids.slice(from, from + files.length * 2).map((id, i) => [id, from + i]))
  for (const [i, file] of files.entries()) {
    const index = month.boxes === undefined ? from + i : places.get(file.id)
    if (index === undefined || index >= month.count) continue
    month.files[index] = file
    state.where.set(file.id, { month, index })
    if (month.boxes !== undefined) setRatio(month, index, file)
  }
}

/** @returns those that were here */
export function removeFiles(state: TimelineState, fileIds: Iterable<string>): File[] {
  const removed: File[] = []
  for (const id of fileIds) {
    const place = state.where.get(id)
    const file = place?.month.files[place.index]
    if (place === undefined || file === undefined) continue
    const { month, index } = place
    removed.push(file)
    month.files.splice(index, 1)
    month.boxes?.ids.splice(index, 1)
    month.boxes?.ratios.splice(index, 1)
    month.count -= 1
    let left = index
    for (const day of month.days) {
      if (left < day.count) {
        day.count -= 1
        break
      }
      left -= day.count
    }
    month.days = month.days.filter(({ count }) => count > 0)
    // The cursors behind it are one too far by now: it is asked for again.
    month.isStale = true
    state.where.delete(id)
    changed(state, month)
  }
  if (removed.length > 0)
    Object.assign(state, settled({ ...state, months: state.months.filter(({ count }) => count > 0) }))
  return removed
}

export function replaceFile(state: TimelineState, file: File): boolean {
  const place = state.where.get(file.id)
  if (place === undefined) return false
  const { month, index } = place
  const before = month.files[index]
  month.files[index] = file
  if (month.boxes !== undefined) setRatio(month, index, file)
  if (before !== undefined && before.happenedAt !== file.happenedAt) month.isStale = true
  return true
}

/** Forgets files that are far away, so that a long way through the years takes no more room than a short one. */
export function forgetFar(state: TimelineState, from: number, to: number): void {
  for (const month of state.months) {
    const isNear = month.start < to && month.start + month.count > from
    if (isNear || month.files.length === 0) continue
    for (const file of month.files) if (file !== undefined) state.where.delete(file.id)
    month.files = []
    month.tried.clear()
  }
}

/** The month that holds an index. */
export function monthAt(state: TimelineState, index: number): Month | undefined {
  let low = 0
  let high = state.months.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((state.months[middle]?.start ?? 0) <= index) low = middle + 1
    else high = middle
  }
  const month = state.months[low - 1]
  return month !== undefined && index < month.start + month.count ? month : undefined
}

/** The first file of a day or, when it has none, of the nearest day before it that has one; the last of all when none has. */
export function indexOfDay(state: TimelineState, day: string): number {
  for (const { month, days, start } of state.months) {
    if (month > day.slice(0, 7)) continue
    if (month < day.slice(0, 7)) return start
    let index = start
    for (const one of days) {
      if (one.day <= Number(day.slice(8))) return index
      index += one.count
    }
  }
  return Math.max(0, state.count - 1)
}

export const dayOf = ({ happenedAt }: Pick<File, 'happenedAt'>): string => happenedAt.slice(0, 10)

/** Sections of the whole; a month of which nothing has changed keeps its own. */
export function sectionsOf({ months }: TimelineState, level: Level): Section[] {
  return months.flatMap((month, i) => {
    const isFirstOfYear = months[i - 1]?.month.slice(0, 4) !== month.month.slice(0, 4)
    const known = month.sections[level]
    const heading = level === 'year' && isFirstOfYear ? month.month.slice(0, 4) : undefined
    if (known !== undefined && (level !== 'year' || known[0]?.heading === heading)) return known
    const made = level === 'day' ? ofDays(month) : ofMonth(month, level === 'month' ? month.month : heading)
    month.sections[level] = made
    return made
  })
}

function ofDays(month: Month): Section[] {
  let from = 0
  return month.days.flatMap(({ day, count }) => {
    const key = `${month.month}-${String(day).padStart(2, '0')}`
    const sections = pieces(month, { from, count, key, heading: key })
    from += count
    return sections
  })
}

const ofMonth = (month: Month, heading: string | undefined): Section[] =>
  pieces(month, { from: 0, count: month.count, key: month.month, heading })

function pieces(
  month: Month,
  { from, count, key, heading }: { from: number; count: number; key: string; heading: string | undefined },
): Section[] {
  const ratios = month.boxes?.ratios
  return Array.from({ length: Math.ceil(count / SECTION_SIZE) }, (_, i) => {
    const start = from + i * SECTION_SIZE
    const size = Math.min(SECTION_SIZE, from + count - start)
    return {
      key: `${key}.${i}`,
      size,
      aspects: ratios === undefined ? [] : ratios.slice(start, start + size).map((ratio) => boxOf(ratio / 100)),
      isLast: start + size === from + count,
      ...(i === 0 && heading !== undefined && { heading }),
    }
  })
}

/** A picture that has just been read has another shape than was thought. */
function setRatio(month: Month, index: number, file: File): void {
  const ratio = Math.round(aspectOf(file) * 100)
  const before = month.boxes?.ratios[index] ?? 100
  // Within reason they are alike: what is out of it keeps the shape that it has.
  if (month.boxes === undefined || Math.round(boxOf(before / 100) * 100) === ratio) return
  month.boxes.ratios[index] = ratio
  month.sections = {}
}

const monthOf = (month: string, days: DayCount[]): Month => ({
  month,
  start: 0,
  count: days.reduce((sum, { count }) => sum + count, 0),
  days,
  boxes: undefined,
  files: [],
  tried: new Set(),
  isStale: false,
  sections: {},
})

/** Newest first, days with nothing left out. */
const countsOf = (days: readonly number[]): DayCount[] =>
  days
    .map((count, i) => ({ day: i + 1, count }))
    .filter(({ count }) => count > 0)
    .toReversed()

function changed({ where }: TimelineState, month: Month): void {
  month.sections = {}
  for (const [index, file] of month.files.entries()) if (file !== undefined) where.set(file.id, { month, index })
}

function settled(state: TimelineState): TimelineState {
  let count = 0
  for (const month of state.months) {
    month.start = count
    count += month.count
  }
  return { ...state, count }
}

function joined(days: DayCount[], next: DayCount): DayCount[] {
  const last = days.at(-1)
  if (last?.day === next.day) last.count += next.count
  else days.push(next)
  return days
}

const isAlike = (a: readonly DayCount[], b: readonly DayCount[]) =>
  a.length === b.length && a.every(({ day, count }, i) => b[i]?.day === day && b[i].count === count)
