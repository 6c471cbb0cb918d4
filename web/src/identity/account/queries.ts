import {
  changeEmail,
  changePassword,
  closeAccount,
  confirmEmail,
  forgotPassword,
  previewClosing,
  removeAvatar,
  resetPassword,
  sendVerification,
  setAvatar,
  updateMe,
  verifyEmail,
} from '@trove/contract/accounts'
import type { Me } from '@trove/contract/identity'
import type { Request } from '@trove/contract/endpoint'
import { queryOptions, useMutation } from '@tanstack/react-query'
import { call } from '../../lib/api.ts'
import { problemOf, unreachable } from '../../lib/problem.ts'
import { apiUrl } from '../../lib/place.ts'
import { bearer, knowMe, renew, session, signedOut } from '../../lib/session.ts'

export const closingQuery = queryOptions({
  queryKey: ['closing'],
  queryFn: ({ signal }) => call(previewClosing, {}, signal),
  staleTime: 0,
})

export type MeChanges = Request<typeof updateMe>['body']

export function useUpdateMe() {
  return useMutation({ mutationFn: (body: MeChanges) => call(updateMe, { body }), onSuccess: knowMe })
}

/** The picture itself is sent, as it is on the disk: the server makes the small one. */
export function useSetAvatar() {
  return useMutation({
    async mutationFn(picture: File): Promise<Me> {
      const token = await bearer()
      const response = await fetch(apiUrl(setAvatar.path), {
        method: setAvatar.method,
        headers: { 'content-type': picture.type || 'image/jpeg', ...(token && { authorization: `Bearer ${token}` }) },
        body: picture,
      }).catch(() => {
        throw unreachable()
      })
      if (!response.ok) throw await problemOf(response)
      return (await response.json()) as Me
    },
    onSuccess: knowMe,
  })
}

export const useRemoveAvatar = () =>
  useMutation({ mutationFn: () => call(removeAvatar, {}), onSuccess: (me: Me) => knowMe(me) })

export const useSendVerification = () => useMutation({ mutationFn: () => call(sendVerification, {}) })

export const useChangePassword = () =>
  useMutation({ mutationFn: (body: { password: string; newPassword: string }) => call(changePassword, { body }) })

export const useChangeEmail = () =>
  useMutation({ mutationFn: (body: { password: string; email: string }) => call(changeEmail, { body }) })

export const useForgotPassword = () =>
  useMutation({ mutationFn: (email: string) => call(forgotPassword, { body: { email } }) })

export function useResetPassword() {
  return useMutation({
    mutationFn: (body: { token: string; password: string }) => call(resetPassword, { body }),
    // Every session has ended, perhaps the one of this page too.
    onSuccess: () => void renew().catch(() => undefined),
  })
}

/** What a mailed link about an address can do. */
export type AddressLink = 'verify' | 'confirm'

export function useAddressLink(kind: AddressLink) {
  return useMutation({
    mutationFn: (token: string) => call(kind === 'verify' ? verifyEmail : confirmEmail, { body: { token } }),
    onSuccess({ email }) {
      const now = session.get()
      if (now.status !== 'signed-in') return
      if (kind === 'confirm' || now.user.email === email) knowMe({ ...now.user, email, isEmailVerified: true })
    },
  })
}

export function useCloseAccount() {
  return useMutation({
    mutationFn: (body: { password: string; files: 'hand-over' | 'trash' }) => call(closeAccount, { body }),
    onSuccess: () => signedOut(),
  })
}
