import * as contract from '@trove/contract/identity'
import type { FastifyInstance } from 'fastify'
import { createLimiter } from '../../platform/http/limiter.ts'
import { serve, serveAnyone } from '../../platform/http/serve.ts'
import type { Platform } from '../../platform/platform.ts'
import { Problem } from '../../platform/problem.ts'
import { requireOwnOrigin } from '../../platform/http/same-origin.ts'
import { accountRoutes } from './accounts/routes.ts'
import { createSignInCounts } from './attempts.ts'
import { createCookies, REFRESH_COOKIE } from './cookies.ts'
import { deviceRoutes } from './device/routes.ts'
import { factorRoutes } from './factors/routes.ts'
import { keyRoutes } from './keys/routes.ts'
import { oidcRoutes } from './oidc/routes.ts'
import * as identity from './operations.ts'
import { passkeyRoutes } from './passkeys/routes.ts'
import { sessionRoutes } from './sessions/routes.ts'

const MINUTE_SECONDS = 60

export function identityRoutes(app: FastifyInstance, platform: Platform) {
  const { settings } = platform
  const machines = {
    ...platform,
    registrations: createLimiter(settings.registrationsPerMinute, MINUTE_SECONDS, 'new accounts from this address'),
    ...createSignInCounts(settings.loginFailuresPerMinute),
  }
  const cookies = createCookies(settings)

  accountRoutes(app, platform)
  serveAnyone(app, contract.getInstallation, () => identity.getInstallation(platform))
  serve(app, contract.updateInstallation, ({ actor, body }) => identity.updateInstallation(platform, actor, body))
  serveAnyone(app, contract.register, async ({ body }, { request, reply }) => {
    const device = cookies.deviceOf(request)
    return cookies.set(reply, await identity.register(machines, device, body), device)
  })
  serveAnyone(app, contract.login, async ({ body }, { request, reply }) => {
    const device = cookies.deviceOf(request)
    const answer = await identity.login(machines, device, body)
    return 'challenge' in answer ? answer : cookies.set(reply, answer, device)
  })
  serveAnyone(app, contract.refresh, async (_, { request, reply }) => {
    requireOwnOrigin(request, settings)
    const token = request.cookies[REFRESH_COOKIE]
    if (token === undefined) throw new Problem('not-signed-in', 'There is no refresh cookie.')
    try {
      return cookies.set(reply, await identity.refresh(machines, cookies.deviceOf(request), token), {})
    } catch (error) {
      if (error instanceof Problem && error.kind === 'session-ended') cookies.clear(reply)
      throw error
    }
  })
  serveAnyone(app, contract.logout, async ({ actor }, { request, reply }) => {
    requireOwnOrigin(request, settings)
    await identity.logout(platform, actor, request.cookies[REFRESH_COOKIE])
    cookies.clear(reply)
    return null
  })
  serve(app, contract.getMe, ({ actor }) => identity.getMe(platform.db, actor))
  sessionRoutes(app, platform)
  factorRoutes(app, machines, cookies)
  passkeyRoutes(app, machines, cookies)
  oidcRoutes(app, platform, cookies)
  keyRoutes(app, platform)
  deviceRoutes(app, platform, cookies)
}
