import { getMapSource, listPlaces, type TimelineFilter } from '@trove/contract/timeline'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call } from '../../lib/api.ts'
import type { Bounds } from './mercator.ts'

/** Clusters within bounds; while the map moves, those that were there stay. */
export const placesQuery = (organizationId: string, filter: TimelineFilter, bounds: Bounds) =>
  queryOptions({
    queryKey: ['places', organizationId, filter, bounds],
    queryFn: ({ signal }) => call(listPlaces, { params: { organizationId }, query: { ...filter, ...bounds } }, signal),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  })

/** What the map may be drawn with besides its outline; configured, so it does not change while the page is open. */
export const mapSourceQuery = queryOptions({
  queryKey: ['map-source'],
  queryFn: ({ signal }) => call(getMapSource, {}, signal),
  staleTime: Infinity,
})
