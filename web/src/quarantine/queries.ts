import {
  deleteQuarantined,
  getScanning,
  listQuarantine,
  releaseQuarantined,
  scanFileAgain,
  type Quarantined,
} from '@trove/contract/scan'
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from '../lib/api.ts'

const AT_ONCE = 50
const REFRESH_MS = 15_000

/** Whether there is a scanner, and how many files stand how. */
export const scanningQuery = (organizationId: string) =>
  queryOptions({
    queryKey: ['scanning', organizationId],
    queryFn: ({ signal }) => call(getScanning, { params: { organizationId } }, signal),
    staleTime: 0,
    refetchInterval: REFRESH_MS,
  })

export const quarantineQuery = (organizationId: string) =>
  infiniteQueryOptions({
    queryKey: ['quarantine', organizationId],
    queryFn: ({ pageParam, signal }) =>
      call(
        listQuarantine,
        { params: { organizationId }, query: { limit: AT_ONCE, ...(pageParam !== '' && { cursor: pageParam }) } },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
    staleTime: 0,
    refetchInterval: REFRESH_MS,
  })

/** What an admin does with what is in quarantine. */
export function useQuarantineActions(organizationId: string) {
  const queries = useQueryClient()
  const onSuccess = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ['quarantine', organizationId] }),
      queries.invalidateQueries({ queryKey: ['scanning', organizationId] }),
      queries.invalidateQueries({ queryKey: ['file'] }),
    ])
  const release = useMutation({
    mutationFn: ({ blobId }: Quarantined) => call(releaseQuarantined, { params: { organizationId, blobId } }),
    onSuccess,
  })
  const remove = useMutation({
    mutationFn: ({ blobId }: Quarantined) => call(deleteQuarantined, { params: { organizationId, blobId } }),
    onSuccess,
  })
  const scanAgain = useMutation({
    mutationFn: (fileId: string) => call(scanFileAgain, { params: { fileId } }),
    onSuccess,
  })
  return { release, remove, scanAgain }
}
