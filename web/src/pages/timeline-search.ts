import { timelineKinds } from '@trove/contract/timeline-words'
import { levels, type Level } from '../files/happened/levels.ts'
import type { ListingFilter } from '../files/index.ts'
import { filesSearchOf, narrowingOf, NOT_NARROWED, stripped, type FilesSearch } from './place.ts'

/** What the address says about the timeline. */
export type TimelineSearch = FilesSearch & {
  /** What stands under one heading; days unless said. */
  by?: Level | undefined
  /** Files unless said. */
  show?: Showing | undefined
  /** Those in this folder itself. */
  folderId?: string | undefined
}
export type SetTimelineSearch = (changed: Partial<TimelineSearch>, how?: { replace?: boolean }) => void

const shown = ['events', 'map'] as const
export type Showing = (typeof shown)[number]

const FOLDER = /^([0-9a-f-]{36}|top)$/i

export function timelineSearchOf(search: Record<string, unknown>): TimelineSearch {
  const { kind, view: _view, ...rest } = filesSearchOf(search)
  const folderId = search['folderId']
  return stripped({
    ...rest,
    folderId: typeof folderId === 'string' && FOLDER.test(folderId) ? folderId : undefined,
    kind: timelineKinds.find((one) => one === kind),
    by: levels.find((one) => one === search['by']),
    show: shown.find((one) => one === search['show']),
  } as TimelineSearch)
}

/** Images and videos, and of those the ones that the address asks for. */
export function filterOf(organizationId: string, search: TimelineSearch): ListingFilter {
  const { kind, q, folderId } = search
  return {
    organizationId,
    ...(kind === undefined ? { kinds: timelineKinds.join(',') } : { kind }),
    ...(q !== undefined && { q }),
    ...narrowingOf(search),
    ...(folderId !== undefined && { folderId }),
  }
}

export const NO_FILTER: Partial<TimelineSearch> = {
  kind: undefined,
  q: undefined,
  folderId: undefined,
  ...NOT_NARROWED,
}

export const isFiltered = (search: TimelineSearch): boolean =>
  search.kind !== undefined ||
  search.q !== undefined ||
  search.folderId !== undefined ||
  Object.keys(narrowingOf(search)).length > 0
