import { getFile, retryProcessing } from '@trove/contract/files'
import { scanFileAgain } from '@trove/contract/scan'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from '../lib/api.ts'
import { openListings } from './listing/listings.ts'

export const fileQuery = (fileId: string) =>
  queryOptions({
    queryKey: ['file', fileId],
    queryFn: ({ signal }) => call(getFile, { params: { fileId } }, signal),
    staleTime: 60_000,
  })

/** Has the virus scanner look at a file again. */
export function useScanAgain() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (fileId: string) => call(scanFileAgain, { params: { fileId } }),
    onSuccess: (_, fileId) => queries.invalidateQueries(fileQuery(fileId)),
  })
}

/** Processes a failed file again; every list that has it shows so at once. */
export function useRetryProcessing() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (fileId: string) => call(retryProcessing, { params: { fileId } }),
    async onSuccess(file) {
      for (const listing of openListings(file.organizationId)) listing.patch(file)
      await queries.invalidateQueries(fileQuery(file.id))
    },
  })
}
