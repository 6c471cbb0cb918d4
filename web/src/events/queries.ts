import type { File } from '@trove/contract/files'
import {
  getTimelineEvent,
  listPictures,
  listTimelineEvents,
  type TimelineEventFilter,
} from '@trove/contract/timeline-events'
import { getTrim } from '@trove/contract/trims'
import { infiniteQueryOptions, queryOptions, type QueryClient } from '@tanstack/react-query'
import { call } from '../lib/api.ts'
import { changesArrived } from './turns.ts'

const PAGE_SIZE = 30
const PICTURES_AT_ONCE = 200
/** A trim is asked about so often while it is being made. */
const TRIM_ASK_MS = 1_000

/** Events, those that happened last first. */
export const eventsQuery = (organizationId: string, filter: TimelineEventFilter) =>
  infiniteQueryOptions({
    queryKey: ['events', organizationId, filter],
    queryFn: ({ pageParam, signal }) =>
      call(
        listTimelineEvents,
        {
          params: { organizationId },
          query: { ...filter, limit: PAGE_SIZE, ...(pageParam === '' ? {} : { cursor: pageParam }) },
        },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    select: (listed) => listed.pages.flatMap((page) => page.items),
  })

export const eventQuery = (eventId: string) =>
  queryOptions({
    queryKey: ['event', eventId],
    queryFn: ({ signal }) => call(getTimelineEvent, { params: { eventId } }, signal),
  })

/** What an event shows, in its order. */
export const picturesQuery = (eventId: string) =>
  infiniteQueryOptions({
    queryKey: ['event', eventId, 'pictures'],
    async queryFn({ pageParam, signal }) {
      await changesArrived(eventId)
      const query = { limit: PICTURES_AT_ONCE, ...(pageParam === '' ? {} : { cursor: pageParam }) }
      return call(listPictures, { params: { eventId }, query }, signal)
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  })

/** How far the cutting of a clip is, asked again until it has ended. */
export const trimQuery = (trimId: string) =>
  queryOptions({
    queryKey: ['trim', trimId],
    queryFn: ({ signal }) => call(getTrim, { params: { trimId } }, signal),
    refetchInterval: ({ state }) =>
      state.data?.status === 'done' || state.data?.status === 'failed' ? false : TRIM_ASK_MS,
  })

/** Asks again for whatever shows events: all of an organization, or one. */
export async function refreshEvents(queries: QueryClient, organizationId: string, eventId?: string): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: ['events', organizationId] }),
    queries.invalidateQueries({ queryKey: eventId === undefined ? ['event'] : ['event', eventId] }),
  ])
}

/** Files that an event shows, as far as the caller may read them; no more than `most`. @throws ApiProblem */
export async function listShown(eventId: string, most: number): Promise<File[]> {
  const files: File[] = []
  for (let cursor: string | undefined; ;) {
    const query = { limit: PICTURES_AT_ONCE, ...(cursor !== undefined && { cursor }) }
    const page = await call(listPictures, { params: { eventId }, query })
    files.push(...page.items.map(({ file }) => file))
    if (page.next === undefined || files.length >= most) return files.slice(0, most)
    cursor = page.next
  }
}
