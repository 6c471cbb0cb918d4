import {
  exportOrganizationActivity,
  exportSecurityEvents,
  getSecurityNotice,
  listActivityActions,
  listOrganizationActivity,
  listOwnActivity,
  listOwnSecurityEvents,
  listResourceActivity,
  listSecurityEvents,
  markSecurityEventsSeen,
  type Severity,
} from '@trove/contract/audit'
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { call, pathOf } from '../lib/api.ts'
import { apiUrl } from '../lib/place.ts'

/** What the address says about a place of the trail. Days are of the reader's zone. */
export type TrailFilter = {
  action?: string | undefined
  person?: string | undefined
  resource?: string | undefined
  fromDay?: string | undefined
  toDay?: string | undefined
  ip?: string | undefined
}
export type SecurityFilter = { severity?: Severity | undefined; kind?: string | undefined; person?: string | undefined }

const ROWS = 50
const firstPage = { initialPageParam: undefined as string | undefined, getNextPageParam: nextOf, staleTime: 5_000 }

function nextOf({ next }: { next?: string }): string | undefined {
  return next
}

export const organizationActivityQuery = (organizationId: string, filter: TrailFilter) =>
  infiniteQueryOptions({
    ...firstPage,
    queryKey: ['activity', 'organization', organizationId, filter],
    queryFn: ({ pageParam, signal }) =>
      call(
        listOrganizationActivity,
        { params: { organizationId }, query: { ...queryOf(filter), ...pageOf(pageParam) } },
        signal,
      ),
  })

export const resourceActivityQuery = (resourceId: string) =>
  infiniteQueryOptions({
    ...firstPage,
    queryKey: ['activity', 'resource', resourceId],
    queryFn: ({ pageParam, signal }) =>
      call(listResourceActivity, { params: { resourceId }, query: { ...pageOf(pageParam), limit: 10 } }, signal),
  })

export const ownActivityQuery = infiniteQueryOptions({
  ...firstPage,
  queryKey: ['activity', 'own'],
  queryFn: ({ pageParam, signal }) => call(listOwnActivity, { query: { ...pageOf(pageParam), limit: 20 } }, signal),
})

export const ownSecurityQuery = infiniteQueryOptions({
  ...firstPage,
  queryKey: ['security-events', 'own'],
  queryFn: ({ pageParam, signal }) =>
    call(listOwnSecurityEvents, { query: { ...pageOf(pageParam), limit: 10 } }, signal),
})

export const securityQuery = ({ severity, kind, person }: SecurityFilter) =>
  infiniteQueryOptions({
    ...firstPage,
    queryKey: ['security-events', 'all', severity, kind, person],
    queryFn: ({ pageParam, signal }) => {
      const filter = {
        ...(severity !== undefined && { severity }),
        ...(kind !== undefined && { kind }),
        ...(person !== undefined && { personId: person }),
      }
      return call(listSecurityEvents, { query: { ...filter, ...pageOf(pageParam) } }, signal)
    },
  })

export const actionsQuery = (organizationId: string) =>
  queryOptions({
    queryKey: ['activity', 'actions', organizationId],
    queryFn: async ({ signal }) => (await call(listActivityActions, { params: { organizationId } }, signal)).items,
    staleTime: 60_000,
  })

/** Asked again each minute, so that a badge appears by itself. */
export const noticeQuery = queryOptions({
  queryKey: ['security-events', 'notice'],
  queryFn: ({ signal }) => call(getSecurityNotice, {}, signal),
  refetchInterval: 60_000,
  staleTime: 30_000,
})

export function useMarkSeen() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => call(markSecurityEventsSeen, {}),
    onSuccess: () => queries.invalidateQueries(noticeQuery),
  })
}

/** Address that saves all lines that match. */
export const activityExportUrl = (organizationId: string, filter: TrailFilter, format: 'csv' | 'jsonl'): string =>
  apiUrl(pathOf(exportOrganizationActivity, { params: { organizationId }, query: { ...queryOf(filter), format } }))

export const securityExportUrl = ({ severity }: SecurityFilter, format: 'csv' | 'jsonl'): string =>
  apiUrl(pathOf(exportSecurityEvents, { query: { format, ...(severity !== undefined && { severity }) } }))

const pageOf = (cursor: string | undefined) => ({ limit: ROWS, ...(cursor !== undefined && { cursor }) })

const DAY_MS = 86_400_000

function queryOf({ action, person, resource, fromDay, toDay, ip }: TrailFilter) {
  const startOf = (day: string, addedMs = 0) => {
    const noon = new Date(`${day}T12:00:00`).getTime() + addedMs
    return new Date(new Date(noon).setHours(0, 0, 0, 0)).toISOString()
  }
  return {
    ...(action !== undefined && { action }),
    ...(person !== undefined && { personId: person }),
    ...(resource !== undefined && { resourceId: resource }),
    ...(fromDay !== undefined && { from: startOf(fromDay) }),
    ...(toDay !== undefined && { to: startOf(toDay, DAY_MS) }),
    ...(ip !== undefined && { ip }),
  }
}
