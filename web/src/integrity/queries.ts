import { getIntegrity, listDamaged, verifyBlob } from '@trove/contract/integrity'
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from '../lib/api.ts'

/** Somebody may wait for what is being read. */
const REFRESH_MS = 5_000

export const integrityQuery = queryOptions({
  queryKey: ['integrity'],
  queryFn: ({ signal }) => call(getIntegrity, {}, signal),
  refetchInterval: REFRESH_MS,
})

export const damagedQuery = infiniteQueryOptions({
  queryKey: ['integrity', 'damaged'],
  queryFn: ({ pageParam, signal }) =>
    call(listDamaged, { query: pageParam === undefined ? {} : { cursor: pageParam } }, signal),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ next }) => next,
  refetchInterval: REFRESH_MS,
})

/** Has some bytes read again soon. */
export function useVerifyBlob() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (blobId: string) => call(verifyBlob, { params: { blobId } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['integrity'] }),
  })
}
