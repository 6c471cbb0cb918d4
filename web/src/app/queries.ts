import { QueryClient } from '@tanstack/react-query'
import { ApiProblem } from '../lib/api.ts'

const TRIES = 2

/** What is known from the server. The live feed keeps it current, so that nothing is asked for on a mere change of window. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) =>
        failures < TRIES && (!(error instanceof ApiProblem) || error.status >= 500 || error.kind === 'unreachable'),
    },
  },
})
