import { getFileSteps } from '@trove/contract/processing-console'
import { queryOptions } from '@tanstack/react-query'
import { call } from './api.ts'
import { isOpen } from './step-words.ts'

const SOON_MS = 2_000

/**
 * How far each step is with a file: asked often while something moves, and told by the live feed when one ends. Asking
 * has what waits of it done before everything else, so whatever opens a file asks.
 */
export const stepsQuery = (fileId: string) =>
  queryOptions({
    queryKey: ['file', fileId, 'steps'],
    queryFn: async ({ signal }) => (await call(getFileSteps, { params: { fileId } }, signal)).items,
    staleTime: SOON_MS,
    refetchInterval: ({ state }) => (state.data?.some(isOpen) === true ? SOON_MS : false),
  })
