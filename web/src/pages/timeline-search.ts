import { timelineKinds } from '@trove/contract/timeline'
import { levels, type Level } from '../files/happened/state.ts'
import type { ListingFilter } from '../files/index.ts'
import { filesSearchOf, stripped, type FilesSearch } from './place.ts'

/** What the address says about the timeline. */
export type TimelineSearch = FilesSearch & {
  /** What stands under one heading; days unless said. */
  by?: Level | undefined
  /** Files unless said. */
  show?: Showing | undefined
  camera?: string | undefined
  createdBy?: string | undefined
  tagIds?: string | undefined
  /** west,south,east,north in degrees */
  bounds?: string | undefined
  folderId?: string | undefined
}
export type SetTimelineSearch = (changed: Partial<TimelineSearch>, how?: { replace?: boolean }) => void

const shown = ['events', 'map'] as const
export type Showing = (typeof shown)[number]

const FILTERS = ['camera', 'createdBy', 'tagIds', 'bounds', 'folderId'] as const

export function timelineSearchOf(search: Record<string, unknown>): TimelineSearch {
  const { kind, view: _view, ...rest } = filesSearchOf(search)
  const texts = FILTERS.map((name) => [name, typeof search[name] === 'string' ? search[name] : undefined] as const)
  return stripped({
    ...rest,
    ...Object.fromEntries(texts),
    kind: timelineKinds.find((one) => one === kind),
    by: levels.find((one) => one === search['by']),
    show: shown.find((one) => one === search['show']),
  } as TimelineSearch)
}

/** Images and videos, and of those the ones that the address asks for. */
export function filterOf(organizationId: string, search: TimelineSearch): ListingFilter {
  const { kind, q } = search
  const members = FILTERS.flatMap((name) => (search[name] === undefined ? [] : [[name, search[name]] as const]))
  return {
    organizationId,
    ...(kind === undefined ? { kinds: timelineKinds.join(',') } : { kind }),
    ...(q !== undefined && { q }),
    ...Object.fromEntries(members),
  }
}

export const isFiltered = (search: TimelineSearch): boolean =>
  search.kind !== undefined || search.q !== undefined || FILTERS.some((name) => search[name] !== undefined)
