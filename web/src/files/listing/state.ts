import type { File } from '@trove/contract/files'
import type { Section } from '../../ui/grid/layout.ts'
import { aspectOf } from './aspect.ts'

/** Boxes in a section at first. A section that grows to twice as many is split. */
const SECTION_SIZE = 100

export type Summary = {
  count: number
  stride: number
  anchors: readonly string[]
  months: readonly { month: string; count: number }[]
}

type Part = { key: string; month: string; size: number }
/** The page that begins at `index` is asked for with `cursor`; the first page needs none. */
type Start = { index: number; cursor: string | undefined }

/**
 * A list of up to millions of files of which only some are here.
 * Positions count from the newest; everything below moves when something is put in or taken out above it.
 */
export type ListingState = {
  files: (File | undefined)[]
  positions: Map<string, number>
  starts: Start[]
  parts: Part[]
  /** Grows with every file put in or taken out: answers to questions asked before are then out of place. */
  revision: number
  /** Sections as the grid wants them; an unchanged one keeps its identity. */
  sections: Section[]
}

export function createState(summary: Summary): ListingState {
  const state: ListingState = {
    files: Array.from<File | undefined>({ length: summary.count }),
    positions: new Map(),
    starts: [{ index: 0, cursor: undefined }],
    parts: partsOf(summary),
    revision: 0,
    sections: [],
  }
  summary.anchors.forEach((cursor, i) => state.starts.push({ index: (i + 1) * summary.stride, cursor }))
  state.sections = sectionsOf(state)
  return state
}

function partsOf({ months, count }: Summary): Part[] {
  const parts: Part[] = []
  let left = count
  for (const { month, count: inMonth } of months) {
    const size = Math.min(inMonth, left)
    left -= size
    const pieces = Math.max(1, Math.ceil(size / SECTION_SIZE))
    for (let i = 0; i < pieces; i += 1) {
      const piece = Math.floor(((i + 1) * size) / pieces) - Math.floor((i * size) / pieces)
      if (piece > 0) parts.push({ key: `${month}.${pieces - i}`, month, size: piece })
    }
  }
  if (left > 0) parts.push({ key: 'rest', month: parts.at(-1)?.month ?? '', size: left })
  return parts
}

/** Puts a page where it belongs. @returns false when the list has moved meanwhile and the page must be asked for again */
export function placePage(
  state: ListingState,
  at: { index: number; revision: number },
  page: { items: readonly File[]; next?: string | undefined },
): boolean {
  if (at.revision !== state.revision) return false
  page.items.slice(0, Math.max(0, state.files.length - at.index)).forEach((file, i) => {
    state.files[at.index + i] = file
    state.positions.set(file.id, at.index + i)
  })
  const end = at.index + page.items.length
  if (page.next !== undefined && end < state.files.length && !state.starts.some((start) => start.index === end)) {
    state.starts.push({ index: end, cursor: page.next })
    state.starts.sort((a, b) => a.index - b.index)
  }
  state.sections = sectionsOf(state, { from: at.index, to: end })
  return true
}

/** Puts files in at a position; the first of them stands there afterwards. */
export function insertFiles(state: ListingState, index: number, files: readonly File[]): void {
  for (const file of [...files].reverse()) {
    growPart(state, index, file.createdAt.slice(0, 7))
    state.files.splice(index, 0, file)
  }
  for (const start of state.starts) if (start.cursor !== undefined && start.index >= index) start.index += files.length
  moved(state)
}

/**
 * Takes over the newest files of all, as they are now. What came need not stand in front: uploads side by side end in
 * another order than they began in.
 *
 * @returns false when they cannot be joined to what is here: something has left, or more has come than these
 */
export function mergeNewest(state: ListingState, newest: readonly File[], isWhole: boolean): boolean {
  const known = newest.filter(({ id }) => state.positions.has(id))
  const isJoined = known.length > 0 || (isWhole && state.files.length === 0)
  if (!isJoined || known.some(({ id }, i) => state.positions.get(id) !== i)) return false
  for (let at = 0; at < newest.length;) {
    const from = at
    while (at < newest.length && !state.positions.has(newest[at]?.id ?? '')) at += 1
    // Beyond what is here it cannot be told from what has not been asked for yet.
    if (at > from && from < state.files.length && state.files[from] === undefined) return true
    if (at > from) insertFiles(state, from, newest.slice(from, at))
    const same = newest[at]
    if (same !== undefined) replaceFile(state, same)
    at += 1
  }
  return true
}

/** Takes files out that are here. @returns those that were */
export function removeFiles(state: ListingState, fileIds: Iterable<string>): File[] {
  const indexes = [...fileIds].flatMap((id) => state.positions.get(id) ?? []).sort((a, b) => b - a)
  const removed = indexes.flatMap((index) => state.files[index] ?? [])
  for (const index of indexes) {
    shrinkPart(state, index)
    state.files.splice(index, 1)
    for (const start of state.starts) if (start.index > index) start.index -= 1
  }
  if (indexes.length > 0) moved(state)
  return removed
}

/** Replaces a file that is here by what is now known of it. */
export function replaceFile(state: ListingState, file: File): boolean {
  const index = state.positions.get(file.id)
  if (index === undefined) return false
  state.files[index] = file
  state.sections = sectionsOf(state, { from: index, to: index + 1 })
  return true
}

/** Where a file belongs, newest first; undefined when its neighbours are not here to tell. */
export function placeFor(state: ListingState, file: File): number | undefined {
  const isOlder = (other: File) =>
    other.createdAt < file.createdAt || (other.createdAt === file.createdAt && other.id < file.id)
  const index = state.files.findIndex((other) => other !== undefined && isOlder(other))
  if (index === -1) return state.files.every((other) => other !== undefined) ? state.files.length : undefined
  return index === 0 || state.files[index - 1] !== undefined ? index : undefined
}

function moved(state: ListingState): void {
  state.revision += 1
  state.positions.clear()
  state.files.forEach((file, i) => file !== undefined && state.positions.set(file.id, i))
  state.sections = sectionsOf(state, { from: 0, to: state.files.length })
}

function growPart(state: ListingState, index: number, month: string): void {
  let start = 0
  for (const [i, part] of state.parts.entries()) {
    if (part.month === month && index >= start && index <= start + part.size) {
      part.size += 1
      if (part.size >= SECTION_SIZE * 2) split(state, i)
      return
    }
    if (index <= start && part.month !== month) {
      state.parts.splice(i, 0, { key: `${month}.${part.key}.${state.revision}`, month, size: 1 })
      return
    }
    start += part.size
  }
  state.parts.push({ key: `${month}.end.${state.revision}`, month, size: 1 })
}

function split(state: ListingState, i: number): void {
  const part = state.parts[i]
  if (part === undefined) return
  const half = Math.floor(part.size / 2)
  state.parts.splice(i, 1, { ...part, key: `${part.key}'`, size: half }, { ...part, size: part.size - half })
}

function shrinkPart(state: ListingState, index: number): void {
  let start = 0
  for (const [i, part] of state.parts.entries()) {
    if (index < start + part.size) {
      part.size -= 1
      if (part.size === 0) state.parts.splice(i, 1)
      return
    }
    start += part.size
  }
}

/** Sections of all parts; those that neither changed in size nor touch the stretch given stay as they are. */
function sectionsOf(state: ListingState, touched?: { from: number; to: number }): Section[] {
  const before = new Map(state.sections.map((section) => [section.key, section]))
  let start = 0
  return state.parts.map(({ key, month, size }, i) => {
    const from = start
    start += size
    const heading = state.parts[i - 1]?.month === month ? undefined : month
    const isLast = state.parts[i + 1]?.month !== month
    const old = before.get(key)
    const isTouched = touched !== undefined && touched.from < start && touched.to > from
    if (old !== undefined && !isTouched && old.size === size && old.heading === heading && old.isLast === isLast)
      return old
    const aspects = aspectsOf(state.files.slice(from, start))
    if (
      old !== undefined &&
      old.size === size &&
      old.heading === heading &&
      old.isLast === isLast &&
      same(old.aspects, aspects)
    )
      return old
    return { key, size, aspects, isLast, ...(heading === undefined ? {} : { heading }) }
  })
}

/** Nothing until all are known: half a section would be laid out twice, and jump. */
function aspectsOf(files: readonly (File | undefined)[]): number[] {
  return files.every((file) => file !== undefined) ? files.map((file) => aspectOf(file)) : []
}

const same = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((value, i) => value === b[i])
