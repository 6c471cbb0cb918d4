import { shareEvent, takeEventBack } from '@trove/contract/event-sharing'
import {
  explainAccess,
  listGrants,
  listVisible,
  previewAccess,
  removeGrant,
  setGrant,
  type AccessChange,
  type Grant,
} from '@trove/contract/grants'
import { listMembers } from '@trove/contract/members'
import { listTeams } from '@trove/contract/teams'
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useQuery,
  useQueryClient,
  type QueryClient,
} from '@tanstack/react-query'
import { useMemo } from 'react'
import { call, sentenceOf } from '../lib/api.ts'
import { formatCount } from '../lib/format.ts'
import { principalName } from '../lib/principal.ts'
import { toast } from '../ui/toast.ts'
import type { Shared } from './subject.ts'

const PEOPLE_AT_ONCE = 20
const CANDIDATES = 8

/** Grants on a file or folder, and those that flow down to it. */
export const grantsQuery = (resourceId: string) =>
  queryOptions({
    queryKey: ['grants', resourceId],
    queryFn: async ({ signal }) => (await call(listGrants, { params: { resourceId } }, signal)).items,
  })

/** Who can see it, and why. */
export const accessQuery = (resourceId: string) =>
  infiniteQueryOptions({
    queryKey: ['access', resourceId],
    queryFn: ({ pageParam, signal }) =>
      call(
        explainAccess,
        {
          params: { resourceId },
          query: { limit: PEOPLE_AT_ONCE, ...(pageParam === '' ? {} : { cursor: pageParam }) },
        },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  })

/** What one person can see in an organization. */
export const visibleQuery = (organizationId: string, userId: string) =>
  infiniteQueryOptions({
    queryKey: ['visible', organizationId, userId],
    queryFn: ({ pageParam, signal }) =>
      call(
        listVisible,
        {
          params: { organizationId, userId },
          query: { limit: 50, ...(pageParam === '' ? {} : { cursor: pageParam }) },
        },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  })

/** People and teams with a part of a word in their name: whom one can share with. */
export const principalsQuery = (organizationId: string, search: string) =>
  queryOptions({
    queryKey: ['sharing', 'principals', organizationId, search],
    queryFn: async ({ signal }): Promise<Candidate[]> => {
      const request = {
        params: { organizationId },
        query: { limit: CANDIDATES, ...(search === '' ? {} : { search }) },
      }
      const [teams, members] = await Promise.all([call(listTeams, request, signal), call(listMembers, request, signal)])
      return [
        ...teams.items.map(({ id, name, memberCount }) => ({
          kind: 'team' as const,
          id,
          name,
          hint: `Team · ${memberCount === 1 ? '1 person' : `${memberCount} people`}`,
        })),
        ...members.items.map(({ userId, name, email, role }) => ({
          kind: 'user' as const,
          id: userId,
          name,
          hint: role === 'guest' ? `${email} · guest` : email,
        })),
      ]
    },
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  })

/** Whom one may give something to. */
export type Candidate = Pick<Grant['principal'], 'kind' | 'id' | 'name'> & { hint: string }

/** What a change would do; nothing is changed. */
export const previewQuery = (resourceId: string, change: AccessChange) =>
  queryOptions({
    queryKey: ['access-preview', resourceId, change],
    queryFn: ({ signal }) => call(previewAccess, { params: { resourceId }, body: change }, signal),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  })

/** Asks again for whatever tells who may see what. */
export async function refreshAccess(queries: QueryClient): Promise<void> {
  await Promise.all(
    ['grants', 'access', 'visible', 'access-preview', 'event'].map((key) =>
      queries.invalidateQueries({ queryKey: [key] }),
    ),
  )
}

export type GrantBody = {
  principal: Pick<Grant['principal'], 'kind' | 'id'>
  rights: Grant['rights']
  expiresAt?: string
}

type Given = Pick<Shared, 'id' | 'kind'>

/** What people do with grants: shown at once, taken back when it is refused. */
export function useGrantActions() {
  const queries = useQueryClient()
  return useMemo(
    () => ({
      /** @throws ApiProblem  told by the form that asked for it */
      async give(resource: Given, body: GrantBody): Promise<void> {
        await giveOn(resource, body)
        void refreshAccess(queries)
      },
      take: (resource: Given, grant: Grant) => take(queries, resource, grant),
    }),
    [queries],
  )
}

/** An event is given with those of its pictures that the person may share; `fileIds`: with these only. */
async function giveOn({ id, kind }: Given, body: GrantBody, fileIds?: string[]): Promise<void> {
  // With none of its pictures it is given like anything else.
  if (kind !== 'event' || fileIds?.length === 0) await call(setGrant, { params: { resourceId: id }, body })
  else await call(shareEvent, { params: { eventId: id }, body: { ...body, ...(fileIds && { fileIds }) } })
}

async function take(queries: QueryClient, resource: Given, grant: Grant): Promise<void> {
  const { queryKey } = grantsQuery(resource.id)
  const name = principalName(grant.principal)
  queries.setQueryData(queryKey, (now) => now?.filter((one) => one.id !== grant.id))
  try {
    const fileIds = await takeFrom(resource, grant)
    toast({
      title: `${name} was given nothing on ${grant.on.name} any more`,
      ...(fileIds.length > 0 && {
        detail: `Nor ${formatCount(fileIds.length, 'picture')} that came with it. What was given on a picture itself stays.`,
      }),
      action: { label: 'Undo', isUndo: true, run: () => void giveBack(queries, resource, grant, fileIds) },
    })
  } catch (error) {
    toast({ tone: 'danger', title: `${name} keeps what was given`, detail: sentenceOf(error) })
  }
  await refreshAccess(queries)
}

/** @returns the files that were given along with it, and are taken with it */
async function takeFrom({ id, kind }: Given, grant: Grant): Promise<string[]> {
  if (kind === 'event') return (await call(takeEventBack, { params: { eventId: id, eventGrantId: grant.id } })).fileIds
  await call(removeGrant, { params: { resourceId: grant.on.id, grantId: grant.id } })
  return []
}

async function giveBack(queries: QueryClient, resource: Given, grant: Grant, fileIds: string[]): Promise<void> {
  const { principal, rights, expiresAt } = grant
  try {
    const body = {
      principal: { kind: principal.kind, id: principal.id },
      rights,
      ...(expiresAt === undefined ? {} : { expiresAt }),
    }
    await giveOn(resource, body, fileIds)
    toast({ title: `Shared with ${principalName(principal)} again` })
  } catch (error) {
    toast({ tone: 'danger', title: 'This could not be undone', detail: sentenceOf(error) })
  }
  await refreshAccess(queries)
}

/** The name of a member, for whoever may ask; undefined while it is not known. */
export function usePersonName(organizationId: string, userId: string, mayAsk: boolean): string | undefined {
  const { data } = useQuery({
    queryKey: ['sharing', 'person', organizationId, userId],
    queryFn: async ({ signal }) => {
      let cursor: string | undefined
      do {
        const query = { limit: 200, ...(cursor === undefined ? {} : { cursor }) }
        const page = await call(listMembers, { params: { organizationId }, query }, signal)
        const found = page.items.find((member) => member.userId === userId)
        if (found !== undefined) return found.name
        cursor = page.next
      } while (cursor !== undefined)
      return null
    },
    enabled: mayAsk,
    staleTime: 60_000,
  })
  return data ?? undefined
}
