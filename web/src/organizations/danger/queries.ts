import { handOverOrganization, leaveOrganization } from '@trove/contract/members'
import { askErasure, cancelErasure, confirmErasure } from '@trove/contract/organizations'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from '../../lib/api.ts'
import { forget, keep } from '../queries.ts'

export function useLeave(organizationId: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => call(leaveOrganization, { params: { organizationId } }),
    onSuccess: () => forget(queries, organizationId),
  })
}

export function useHandOver(organizationId: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (userId: string) => call(handOverOrganization, { params: { organizationId }, body: { userId } }),
    async onSuccess(updated) {
      keep(queries, updated)
      await queries.invalidateQueries({ queryKey: ['members', organizationId] })
    },
  })
}

export function useErasure(organizationId: string) {
  const queries = useQueryClient()
  const params = { organizationId }
  const ask = useMutation({ mutationFn: (name: string) => call(askErasure, { params, body: { name } }) })
  const confirm = useMutation({
    mutationFn: (confirmation: string) => call(confirmErasure, { params, body: { confirmation } }),
    onSuccess: (updated) => keep(queries, updated),
  })
  const cancel = useMutation({
    mutationFn: () => call(cancelErasure, { params }),
    onSuccess: (updated) => keep(queries, updated),
  })
  return { ask, confirm, cancel }
}
