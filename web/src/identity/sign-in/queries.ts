import { login } from '@trove/contract/identity'
import {
  answerSecondFactor,
  beginOidc,
  beginPasskeySignIn,
  getSecondFactor,
  signInWithPasskey,
} from '@trove/contract/sign-in'
import { queryOptions, useMutation } from '@tanstack/react-query'
import { call } from '../../lib/api.ts'
import { answerWithPasskey } from '../../lib/passkeys.ts'
import { signedIn } from '../../lib/session.ts'

type Credentials = { email: string; password: string }

/** Signs in, or tells which second factor is wanted. */
export function useSignIn() {
  return useMutation({
    mutationFn: (body: Credentials) => call(login, { body }),
    onSuccess(answer) {
      if ('accessToken' in answer) signedIn(answer)
    },
  })
}

export function usePasskeySignIn() {
  return useMutation({
    async mutationFn() {
      const { token, options } = await call(beginPasskeySignIn, {})
      const credential = await answerWithPasskey(options)
      return credential && call(signInWithPasskey, { body: { token, credential } })
    },
    onSuccess(answer) {
      if (answer !== undefined) signedIn(answer)
    },
  })
}

/** What somebody whom a provider sent back with a challenge may answer it with. */
export const secondFactorQuery = (challenge: string) =>
  queryOptions({
    queryKey: ['second-factor', challenge],
    queryFn: ({ signal }) => call(getSecondFactor, { body: { challenge } }, signal),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })

export function useAnswerWithCode(challenge: string) {
  return useMutation({
    mutationFn: (code: string) => call(answerSecondFactor, { body: { challenge, code } }),
    onSuccess: signedIn,
  })
}

export function useAnswerWithPasskey(challenge: string, options: Record<string, unknown> | undefined) {
  return useMutation({
    async mutationFn() {
      const credential = options && (await answerWithPasskey(options))
      return credential && call(answerSecondFactor, { body: { challenge, credential } })
    },
    onSuccess(answer) {
      if (answer !== undefined) signedIn(answer)
    },
  })
}

/** Leaves for the provider; the browser comes back by itself. */
export function useLeaveForProvider() {
  return useMutation({
    mutationFn: (next: string | undefined) => call(beginOidc, { body: next === undefined ? {} : { next } }),
    onSuccess: ({ url }) => location.assign(url),
  })
}
