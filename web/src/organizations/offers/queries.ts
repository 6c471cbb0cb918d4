import {
  acceptMyOffer,
  acceptOffer,
  declineMyOffer,
  declineOffer,
  listMyOffers,
  readOffer,
  registerByOffer,
} from '@trove/contract/invitations'
import { login } from '@trove/contract/identity'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from '../../lib/api.ts'
import { signedIn } from '../../lib/session.ts'
import { keep } from '../queries.ts'

/** What a mailed token is an invitation to. */
export const offerQuery = (token: string) =>
  queryOptions({
    queryKey: ['offer', token],
    queryFn: ({ signal }) => call(readOffer, { body: { token } }, signal),
    retry: false,
    staleTime: Infinity,
  })

/** Invitations that wait for whoever is signed in. */
export const myOffersQuery = queryOptions({
  queryKey: ['my-offers'],
  queryFn: async ({ signal }) => (await call(listMyOffers, {}, signal)).items,
})

/** By the token of a letter, or by its id when it waits for a verified address. */
export type Key = { token: string } | { invitationId: string }

export function useAcceptOffer() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (key: Key) =>
      'token' in key ? call(acceptOffer, { body: key }) : call(acceptMyOffer, { params: key }),
    async onSuccess(organization) {
      keep(queries, organization)
      await queries.invalidateQueries(myOffersQuery)
    },
  })
}

export function useDeclineOffer() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (key: Key) => {
      await ('token' in key ? call(declineOffer, { body: key }) : call(declineMyOffer, { params: key }))
    },
    onSettled: () => queries.invalidateQueries(myOffersQuery),
  })
}

/** Makes the account, accepts, and signs in with it. */
export function useRegisterByOffer() {
  return useMutation({
    async mutationFn(body: { token: string; name: string; password: string }) {
      const { email, organizationId } = await call(registerByOffer, { body })
      const answer = await call(login, { body: { email, password: body.password } })
      if ('accessToken' in answer) signedIn(answer)
      return organizationId
    },
  })
}
