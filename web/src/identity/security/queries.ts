import { createApiKey, listApiKeys, revokeApiKey } from '@trove/contract/api-keys'
import {
  addPasskey,
  beginLinking,
  beginPasskey,
  beginTotp,
  confirmIdentity,
  confirmTotp,
  getConfirmOptions,
  getSecurity,
  listSessions,
  removePasskey,
  removeTotp,
  renamePasskey,
  renewRecoveryCodes,
  revokeOtherSessions,
  revokeSession,
  unlinkSignIn,
} from '@trove/contract/sign-in'
import type { Scope } from '@trove/contract/access'
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from '../../lib/api.ts'
import { answerWithPasskey, makePasskey } from '../../lib/passkeys.ts'

export const securityQuery = queryOptions({
  queryKey: ['security'],
  queryFn: ({ signal }) => call(getSecurity, {}, signal),
})

export const sessionsQuery = infiniteQueryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal, pageParam }) =>
    call(listSessions, { query: pageParam === undefined ? {} : { cursor: pageParam } }, signal),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next,
})

export const apiKeysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: ({ signal }) => call(listApiKeys, {}, signal),
})

/** Something that changes one of the lists; it is asked for again afterwards. */
function useChange<Input, Output>(
  work: (input: Input) => Promise<Output>,
  ...changed: readonly { queryKey: readonly unknown[] }[]
) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: work,
    onSettled: () => Promise.all(changed.map(({ queryKey }) => queries.invalidateQueries({ queryKey }))),
  })
}

export const useRevokeSession = () =>
  useChange((sessionId: string) => call(revokeSession, { params: { sessionId } }), sessionsQuery)

export const useRevokeOtherSessions = () => useChange(() => call(revokeOtherSessions, {}), sessionsQuery)

export const useBeginTotp = () => useMutation({ mutationFn: () => call(beginTotp, {}) })

export const useConfirmTotp = () => useChange((code: string) => call(confirmTotp, { body: { code } }), securityQuery)

export const useRemoveTotp = () => useChange(() => call(removeTotp, {}), securityQuery)

export const useRenewRecoveryCodes = () => useChange(() => call(renewRecoveryCodes, {}), securityQuery)

/** Asks the browser for a new passkey and keeps it. Resolves with undefined when the person thought better of it. */
export const useAddPasskey = () =>
  useChange(async (name: string) => {
    const { token, options } = await call(beginPasskey, {})
    const credential = await makePasskey(options)
    return credential && call(addPasskey, { body: { name, token, credential } })
  }, securityQuery)

export const useRenamePasskey = () =>
  useChange(
    ({ passkeyId, name }: { passkeyId: string; name: string }) =>
      call(renamePasskey, { params: { passkeyId }, body: { name } }),
    securityQuery,
  )

export const useRemovePasskey = () =>
  useChange((passkeyId: string) => call(removePasskey, { params: { passkeyId } }), securityQuery)

/** Leaves for the provider; the browser comes back by itself. */
export const useLink = () =>
  useMutation({ mutationFn: () => call(beginLinking, {}), onSuccess: ({ url }) => location.assign(url) })

export const useUnlink = () =>
  useChange((linkedSignInId: string) => call(unlinkSignIn, { params: { linkedSignInId } }), securityQuery)

export const useCreateApiKey = () =>
  useChange((body: { name: string; scopes: Scope[]; expiresAt?: string }) => call(createApiKey, { body }), apiKeysQuery)

export const useRevokeApiKey = () =>
  useChange((apiKeyId: string) => call(revokeApiKey, { params: { apiKeyId } }), apiKeysQuery)

export const useConfirm = () =>
  useChange((given: { password: string } | { code: string }) => call(confirmIdentity, { body: given }), securityQuery)

export const useConfirmWithPasskey = () =>
  useChange(async () => {
    const { token, options } = await call(getConfirmOptions, {})
    const credential = await answerWithPasskey(options)
    return credential && call(confirmIdentity, { body: { passkey: { token, credential } } })
  }, securityQuery)
