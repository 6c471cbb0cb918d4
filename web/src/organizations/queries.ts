import {
  createOrganization,
  listAllOrganizations,
  listOrganizations,
  removeLogo,
  setLogo,
  setPlan,
  setQuota,
  updateOrganization,
  type Organization,
  type OrganizationType,
} from '@trove/contract/organizations'
import type { Request as RequestOf } from '@trove/contract/endpoint'
import { queryOptions, useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { call } from '../lib/api.ts'

/** The caller's organizations with role and quota. Quotas change with every upload: the live feed asks again. */
export const organizationsQuery = queryOptions({
  queryKey: ['organizations'],
  queryFn: async ({ signal }) => (await call(listOrganizations, {}, signal)).items,
  staleTime: 60_000,
})

export const allOrganizationsQuery = queryOptions({
  queryKey: ['all-organizations'],
  queryFn: async ({ signal }) => (await call(listAllOrganizations, {}, signal)).items,
})

/** What was changed is shown at once, wherever it stands. */
export function keep(queries: QueryClient, updated: Organization): void {
  queries.setQueryData(organizationsQuery.queryKey, (now) =>
    now?.some(({ id }) => id === updated.id)
      ? now.map((one) => (one.id === updated.id ? updated : one))
      : [...(now ?? []), updated],
  )
}

/** Somebody left, or was let out: the organization is theirs no longer. */
export function forget(queries: QueryClient, organizationId: string): void {
  queries.setQueryData(organizationsQuery.queryKey, (now) => now?.filter(({ id }) => id !== organizationId))
}

export function useCreateOrganization() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: { name: string; type: OrganizationType }) => call(createOrganization, { body }),
    onSuccess: (created) => queries.setQueryData(organizationsQuery.queryKey, (now) => [...(now ?? []), created]),
  })
}

export function useUpdateOrganization(organizationId: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: RequestOf<typeof updateOrganization>['body']) =>
      call(updateOrganization, { params: { organizationId }, body }),
    onSuccess: (updated) => keep(queries, updated),
  })
}

export function useSetQuota() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ organizationId, limitBytes }: { organizationId: string; limitBytes: number }) =>
      call(setQuota, { params: { organizationId }, body: { limitBytes } }),
    onSuccess: async () => {
      await Promise.all([
        queries.invalidateQueries(allOrganizationsQuery),
        queries.invalidateQueries(organizationsQuery),
      ])
    },
  })
}

export function useSetPlan() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ organizationId, ...body }: { organizationId: string } & RequestOf<typeof setPlan>['body']) =>
      call(setPlan, { params: { organizationId }, body }),
    onSuccess: async () => {
      await Promise.all([
        queries.invalidateQueries(allOrganizationsQuery),
        queries.invalidateQueries(organizationsQuery),
      ])
    },
  })
}

/** `undefined` takes the logo away. */
export function useSetLogo(organizationId: string) {
  const queries = useQueryClient()
  const params = { organizationId }
  return useMutation({
    mutationFn: (image: string | undefined) =>
      image === undefined ? call(removeLogo, { params }) : call(setLogo, { params, body: { image } }),
    onSuccess: (updated) => keep(queries, updated),
  })
}
