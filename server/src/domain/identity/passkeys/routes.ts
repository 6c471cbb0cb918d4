import * as contract from '@trove/contract/sign-in'
import type { FastifyInstance } from 'fastify'
import { serve, serveAnyone, serveRaw, signedIn } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import type { SignInCounts } from '../attempts.ts'
import type { Cookies } from '../cookies.ts'
import * as passkeys from './operations.ts'

export function passkeyRoutes(app: FastifyInstance, platform: Platform & SignInCounts, cookies: Cookies) {
  serveRaw(app, contract.beginPasskey, ({ request }) =>
    passkeys.beginPasskey(platform, signedIn(request), cookies.deviceOf(request)),
  )
  serveRaw(app, contract.addPasskey, ({ request }, { body }) =>
    passkeys.addPasskey(platform, signedIn(request), cookies.deviceOf(request), body),
  )
  serve(app, contract.renamePasskey, ({ actor, params, body }) =>
    passkeys.renamePasskey(platform, actor, { ...params, ...body }),
  )
  serve(app, contract.removePasskey, ({ actor, params }) => passkeys.removePasskey(platform, actor, params.passkeyId))
  serveRaw(app, contract.getConfirmOptions, ({ request }) =>
    passkeys.getConfirmOptions(platform, signedIn(request), cookies.deviceOf(request)),
  )
  serveAnyone(app, contract.beginPasskeySignIn, (_, { request }) =>
    passkeys.beginPasskeySignIn(platform, cookies.deviceOf(request)),
  )
  serveAnyone(app, contract.signInWithPasskey, async ({ body }, { request, reply }) => {
    const device = cookies.deviceOf(request)
    return cookies.set(reply, await passkeys.signInWithPasskey(platform, device, body), device)
  })
}
