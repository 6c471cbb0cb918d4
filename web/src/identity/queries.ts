import { getInstallation, logout, register, updateInstallation } from '@trove/contract/identity'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from '../lib/api.ts'
import { signedIn, signedOut } from '../lib/session.ts'

export const installationQuery = queryOptions({
  queryKey: ['installation'],
  queryFn: ({ signal }) => call(getInstallation, {}, signal),
  staleTime: 300_000,
})

type Credentials = { email: string; password: string }

export function useRegister() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: Credentials & { name: string }) => call(register, { body }),
    async onSuccess(answer) {
      signedIn(answer)
      await queries.invalidateQueries(installationQuery)
    },
  })
}

/** Ends the session here and on the server; here even when the server cannot be asked. */
export async function signOut(): Promise<void> {
  await call(logout, {}).catch(() => undefined)
  signedOut()
}

export function useUpdateInstallation() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: { name?: string; registrationIsOpen?: boolean }) => call(updateInstallation, { body }),
    onSuccess: (installation) => queries.setQueryData(installationQuery.queryKey, installation),
  })
}
