import {
  listOutbox,
  listUsers,
  resumeUser,
  sendPasswordReset,
  setAdministrator,
  suspendUser,
} from '@trove/contract/accounts'
import { infiniteQueryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from '../../lib/api.ts'

export const peopleQuery = (search: string) =>
  infiniteQueryOptions({
    queryKey: ['people', search],
    queryFn: ({ pageParam, signal }) =>
      call(
        listUsers,
        { query: { ...(search !== '' && { search }), ...(pageParam !== '' && { cursor: pageParam }) } },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })

export const outboxQuery = infiniteQueryOptions({
  queryKey: ['outbox'],
  queryFn: ({ pageParam, signal }) =>
    call(listOutbox, { query: pageParam === '' ? {} : { cursor: pageParam } }, signal),
  initialPageParam: '',
  getNextPageParam: (last) => last.next,
  staleTime: 0,
})

/** What an administrator can do with an account. */
export type Deed = 'suspend' | 'resume' | 'promote' | 'demote' | 'send-reset'

export function useDeed() {
  const queries = useQueryClient()
  return useMutation({
    async mutationFn({ userId, deed }: { userId: string; deed: Deed }): Promise<void> {
      const params = { userId }
      if (deed === 'suspend') await call(suspendUser, { params })
      else if (deed === 'resume') await call(resumeUser, { params })
      else if (deed === 'send-reset') await call(sendPasswordReset, { params })
      else await call(setAdministrator, { params, body: { isAdministrator: deed === 'promote' } })
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['people'] }),
  })
}
