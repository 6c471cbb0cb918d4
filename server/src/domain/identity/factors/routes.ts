import * as contract from '@trove/contract/sign-in'
import type { FastifyInstance } from 'fastify'
import { serve, serveAnyone, serveRaw, signedIn } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import type { SignInCounts } from '../attempts.ts'
import type { Cookies } from '../cookies.ts'
import * as challenge from './challenge.ts'
import * as factors from './operations.ts'

export function factorRoutes(app: FastifyInstance, platform: Platform & SignInCounts, cookies: Cookies) {
  serve(app, contract.getSecurity, ({ actor }) => factors.getSecurity(platform, actor))
  serveRaw(app, contract.confirmIdentity, ({ request }, { body }) =>
    factors.confirmIdentity(platform, signedIn(request), cookies.deviceOf(request), body),
  )
  serve(app, contract.beginTotp, ({ actor }) => factors.beginTotp(platform, actor))
  serve(app, contract.confirmTotp, ({ actor, body }) => factors.confirmTotp(platform, actor, body.code))
  serve(app, contract.removeTotp, ({ actor }) => factors.removeTotp(platform, actor))
  serve(app, contract.renewRecoveryCodes, ({ actor }) => factors.renewRecoveryCodes(platform, actor))
  serveAnyone(app, contract.getSecondFactor, ({ body }, { request }) =>
    challenge.getSecondFactor(platform, cookies.deviceOf(request), body.challenge),
  )
  serveAnyone(app, contract.answerSecondFactor, async ({ body }, { request, reply }) => {
    const device = cookies.deviceOf(request)
    return cookies.set(reply, await challenge.answerSecondFactor(platform, device, body), device)
  })
}
