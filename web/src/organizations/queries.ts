import { addMember, listMembers, removeMember, type Member } from '@trove/contract/members'
import {
  createOrganization,
  listAllOrganizations,
  listOrganizations,
  setQuota,
  updateOrganization,
  type OrganizationType,
} from '@trove/contract/organizations'
import type { Role } from '@trove/contract/access'
import type { Kind } from '@trove/contract/media-types'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from '../lib/api.ts'

/** The caller's organizations with role and quota. Quotas change with every upload: the live feed asks again. */
export const organizationsQuery = queryOptions({
  queryKey: ['organizations'],
  queryFn: async ({ signal }) => (await call(listOrganizations, {}, signal)).items,
  staleTime: 60_000,
})

export const membersQuery = (organizationId: string) =>
  queryOptions({
    queryKey: ['members', organizationId],
    queryFn: async ({ signal }) => (await call(listMembers, { params: { organizationId } }, signal)).items,
  })

export const allOrganizationsQuery = queryOptions({
  queryKey: ['all-organizations'],
  queryFn: async ({ signal }) => (await call(listAllOrganizations, {}, signal)).items,
})

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
    mutationFn: (body: { name?: string; type?: OrganizationType; allowedKinds?: Kind[] }) =>
      call(updateOrganization, { params: { organizationId }, body }),
    onSuccess: (updated) =>
      queries.setQueryData(organizationsQuery.queryKey, (now) =>
        now?.map((one) => (one.id === updated.id ? updated : one)),
      ),
  })
}

export function useAddMember(organizationId: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: { email: string; role: Role }) => call(addMember, { params: { organizationId }, body }),
    onSuccess: () => queries.invalidateQueries(membersQuery(organizationId)),
  })
}

/** Removes at once; a refusal puts the member back. */
export function useRemoveMember(organizationId: string) {
  const queries = useQueryClient()
  const { queryKey } = membersQuery(organizationId)
  return useMutation({
    mutationFn: ({ userId }: Pick<Member, 'userId'>) => call(removeMember, { params: { organizationId, userId } }),
    onMutate: ({ userId }) => queries.setQueryData(queryKey, (now) => now?.filter((one) => one.userId !== userId)),
    onSettled: () => queries.invalidateQueries({ queryKey }),
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
