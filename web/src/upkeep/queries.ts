import { listUpkeep, listUpkeepRuns, runUpkeep, type UpkeepTask } from '@trove/contract/upkeep'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from '../lib/api.ts'

const SOON_MS = 1_500
const LATER_MS = 30_000

export const upkeepQuery = queryOptions({
  queryKey: ['upkeep'],
  queryFn: async ({ signal }) => (await call(listUpkeep, {}, signal)).items,
  // Often while something goes on, so that its bar moves.
  refetchInterval: ({ state }) =>
    state.data?.some(({ current }) => current !== undefined) === true ? SOON_MS : LATER_MS,
})

/** @param lastId  of the last run that is known: after another one the list is asked for anew */
export const runsQuery = (task: string, lastId: string | undefined) =>
  queryOptions({
    queryKey: ['upkeep', task, 'runs', lastId],
    queryFn: async ({ signal }) => (await call(listUpkeepRuns, { params: { task } }, signal)).items,
  })

export function useRunUpkeep() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ task, isDryRun }: { task: string; isDryRun: boolean }) =>
      call(runUpkeep, { params: { task }, body: { isDryRun } }),
    onSuccess: (run, { task }) => {
      queries.setQueryData(upkeepQuery.queryKey, (now: UpkeepTask[] | undefined) =>
        now?.map((each) => (each.task === task ? { ...each, current: run } : each)),
      )
    },
    onError: () => void queries.invalidateQueries({ queryKey: upkeepQuery.queryKey, exact: true }),
  })
}
