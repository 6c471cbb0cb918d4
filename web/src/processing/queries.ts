import type { FailureReason, StepName } from '@trove/contract/processing'
import {
  drainStep,
  getProcessing,
  listProcessingFailures,
  pauseStep,
  resumeStep,
  retryProcessingFailures,
  runStepAgain,
  stopStepAgain,
} from '@trove/contract/processing-console'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from '../lib/api.ts'

const SOON_MS = 2_000
const LATER_MS = 10_000

export const processingQuery = queryOptions({
  queryKey: ['processing'],
  queryFn: ({ signal }) => call(getProcessing, {}, signal),
  refetchInterval: ({ state }) => {
    const isMoving = state.data?.steps.some(({ waiting, running }) => waiting > 0 || running > 0)
    return isMoving === true ? SOON_MS : LATER_MS
  },
})

export const failuresQuery = queryOptions({
  queryKey: ['processing', 'failures'],
  queryFn: async ({ signal }) => (await call(listProcessingFailures, {}, signal)).items,
  refetchInterval: LATER_MS,
})

export type Deed = 'pause' | 'resume' | 'drain' | 'again' | 'stop-again'

const asking = { isDryRun: true }
const doing = { isDryRun: false }

/** How many it would be. */
export const wouldBeQuery = (step: StepName, deed: 'drain' | 'again') =>
  queryOptions({
    queryKey: ['processing', step, deed],
    queryFn: async ({ signal }) =>
      (await call(deed === 'drain' ? drainStep : runStepAgain, { params: { step }, body: asking }, signal)).count,
    gcTime: 0,
    staleTime: 0,
  })

export function useDeed() {
  const queries = useQueryClient()
  return useMutation({
    async mutationFn({ step, deed }: { step: StepName; deed: Deed }): Promise<void> {
      const params = { step }
      if (deed === 'pause') await call(pauseStep, { params })
      if (deed === 'resume') await call(resumeStep, { params })
      if (deed === 'drain') await call(drainStep, { params, body: doing })
      if (deed === 'again') await call(runStepAgain, { params, body: doing })
      if (deed === 'stop-again') await call(stopStepAgain, { params })
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['processing'] }),
  })
}

export function useRetryFailures() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (which: { step?: StepName; reason?: FailureReason }) => call(retryProcessingFailures, { body: which }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['processing'] }),
  })
}
