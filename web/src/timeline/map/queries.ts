import { listPlaces, type TimelineFilter } from '@trove/contract/timeline'
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
