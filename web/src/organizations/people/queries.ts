import type { Role } from '@trove/contract/access'
import { invite, listInvitations, resendInvitation, withdrawInvitation } from '@trove/contract/invitations'
import { listMembers, removeMember, updateMember, type Member } from '@trove/contract/members'
import type { Persona } from '@trove/contract/organizations'
import {
  addTeamMember,
  createTeam,
  deleteTeam,
  listTeamMembers,
  listTeams,
  removeTeamMember,
  updateTeam,
} from '@trove/contract/teams'
import { infiniteQueryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from '../../lib/api.ts'

const PAGE = 100

type Paged = { next?: string | undefined }
const nextOf = ({ next }: Paged): string | undefined => next

export const membersQuery = (organizationId: string, filter: { search?: string; role?: Role }) =>
  infiniteQueryOptions({
    queryKey: ['members', organizationId, filter],
    queryFn: ({ pageParam, signal }) =>
      call(
        listMembers,
        {
          params: { organizationId },
          query: { ...filter, limit: PAGE, ...(pageParam === '' ? {} : { cursor: pageParam }) },
        },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: nextOf,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
  })

export const teamsQuery = (organizationId: string) =>
  infiniteQueryOptions({
    queryKey: ['teams', organizationId],
    queryFn: ({ pageParam, signal }) =>
      call(
        listTeams,
        { params: { organizationId }, query: { limit: PAGE, ...(pageParam === '' ? {} : { cursor: pageParam }) } },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: nextOf,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
  })

export const teamMembersQuery = (organizationId: string, teamId: string) =>
  infiniteQueryOptions({
    queryKey: ['teams', organizationId, teamId, 'members'],
    queryFn: ({ pageParam, signal }) =>
      call(
        listTeamMembers,
        {
          params: { organizationId, teamId },
          query: { limit: PAGE, ...(pageParam === '' ? {} : { cursor: pageParam }) },
        },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: nextOf,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
  })

export const invitationsQuery = (organizationId: string) =>
  infiniteQueryOptions({
    queryKey: ['invitations', organizationId],
    queryFn: ({ pageParam, signal }) =>
      call(
        listInvitations,
        { params: { organizationId }, query: { limit: PAGE, ...(pageParam === '' ? {} : { cursor: pageParam }) } },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: nextOf,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
  })

/** Whatever is done to people and teams is seen in their lists, and in who may see what. */
function useDone(organizationId: string) {
  const queries = useQueryClient()
  return async () => {
    await Promise.all(
      ['members', 'teams', 'invitations'].map((list) =>
        queries.invalidateQueries({ queryKey: [list, organizationId] }),
      ),
    )
  }
}

export function useUpdateMember(organizationId: string) {
  const onSettled = useDone(organizationId)
  return useMutation({
    mutationFn: ({ userId, ...body }: { userId: string; role?: Role; persona?: Persona | null }) =>
      call(updateMember, { params: { organizationId, userId }, body }),
    onSettled,
  })
}

export function useRemoveMember(organizationId: string) {
  const onSettled = useDone(organizationId)
  return useMutation({
    mutationFn: ({ userId }: Pick<Member, 'userId'>) => call(removeMember, { params: { organizationId, userId } }),
    onSettled,
  })
}

export function useInvite(organizationId: string) {
  const onSettled = useDone(organizationId)
  return useMutation({
    mutationFn: (body: { email: string; role: Role; teamIds?: string[]; message?: string }) =>
      call(invite, { params: { organizationId }, body }),
    onSettled,
  })
}

export function useInvitationActions(organizationId: string) {
  const onSettled = useDone(organizationId)
  const resend = useMutation({
    mutationFn: (invitationId: string) => call(resendInvitation, { params: { organizationId, invitationId } }),
    onSettled,
  })
  const withdraw = useMutation({
    mutationFn: (invitationId: string) => call(withdrawInvitation, { params: { organizationId, invitationId } }),
    onSettled,
  })
  return { resend, withdraw }
}

type TeamFields = { name: string; description: string; leadId: string | null }

export function useSaveTeam(organizationId: string, teamId: string | undefined) {
  const onSettled = useDone(organizationId)
  return useMutation({
    mutationFn: ({ name, description, leadId }: TeamFields) =>
      teamId === undefined
        ? call(createTeam, {
            params: { organizationId },
            body: { name, description, ...(leadId === null ? {} : { leadId }) },
          })
        : call(updateTeam, { params: { organizationId, teamId }, body: { name, description, leadId } }),
    onSettled,
  })
}

export function useTeamActions(organizationId: string, teamId: string) {
  const onSettled = useDone(organizationId)
  const add = useMutation({
    mutationFn: (userId: string) => call(addTeamMember, { params: { organizationId, teamId, userId } }),
    onSettled,
  })
  const remove = useMutation({
    mutationFn: (userId: string) => call(removeTeamMember, { params: { organizationId, teamId, userId } }),
    onSettled,
  })
  const erase = useMutation({
    mutationFn: () => call(deleteTeam, { params: { organizationId, teamId } }),
    onSettled,
  })
  return { add, remove, erase }
}
