import {
  getSpace,
  listSpaceOfInstallation,
  listSpaceShares,
  measureSpace,
  type SpaceDimension,
} from '@trove/contract/space'
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from '../lib/api.ts'

const SOON_MS = 3_000
const PAGE = 20

export const spaceQuery = (organizationId: string) =>
  queryOptions({
    queryKey: ['space', organizationId],
    queryFn: ({ signal }) => call(getSpace, { params: { organizationId } }, signal),
    // While it is measured somewhere else, ask again.
    refetchInterval: ({ state }) => (state.data?.isMeasuring === true ? SOON_MS : false),
  })

/** @param measuredAt  shares are those of one measure: another one is asked for anew */
export const sharesQuery = (organizationId: string, by: SpaceDimension, measuredAt: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['space-shares', organizationId, by, measuredAt],
    queryFn: ({ signal, pageParam }) =>
      call(
        listSpaceShares,
        {
          params: { organizationId },
          query: { by, limit: PAGE, ...(pageParam !== undefined && { cursor: pageParam }) },
        },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
  })

export const installationSpaceQuery = infiniteQueryOptions({
  queryKey: ['installation-space'],
  queryFn: ({ signal, pageParam }) =>
    call(
      listSpaceOfInstallation,
      { query: { limit: PAGE, ...(pageParam !== undefined && { cursor: pageParam }) } },
      signal,
    ),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ next }) => next,
})

export function useMeasure(organizationId: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => call(measureSpace, { params: { organizationId } }),
    onSuccess: (space) => queries.setQueryData(spaceQuery(organizationId).queryKey, space),
  })
}
