import * as contract from '@trove/contract/identity'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { clientAddress } from '../../platform/http/address.ts'
import { createLimiter } from '../../platform/http/limiter.ts'
import { serve, serveAnyone } from '../../platform/http/serve.ts'
import type { Platform } from '../../platform/platform.ts'
import { Problem } from '../../platform/problem.ts'
import { requireOwnOrigin } from '../../platform/http/same-origin.ts'
import * as identity from './operations.ts'

/** Sent only to the endpoints that exchange or end it. */
const REFRESH_COOKIE = 'trove_refresh'
/** For bytes and the live feed, which cannot send a header. */
export const ACCESS_COOKIE = 'trove_access'

const MINUTE_SECONDS = 60

export function identityRoutes(app: FastifyInstance, platform: Platform) {
  const { settings } = platform
  const machines = {
    ...platform,
    registrations: createLimiter(settings.registrationsPerMinute, MINUTE_SECONDS, 'new accounts from this address'),
    failuresOfAccount: createLimiter(
      settings.loginFailuresPerMinute,
      MINUTE_SECONDS,
      'failed sign-ins to this account',
    ),
    failuresOfAddress: createLimiter(
      settings.loginFailuresPerMinute,
      MINUTE_SECONDS,
      'failed sign-ins from this address',
    ),
  }
  const prefix = settings.publicUrl?.pathname.replace(/\/$/, '') ?? ''
  const cookie = { httpOnly: true, sameSite: 'strict', secure: settings.publicUrl?.protocol === 'https:' } as const
  const refreshPath = `${prefix}/api/auth`
  const accessPath = `${prefix}/api`

  function setCookies(reply: FastifyReply, { signedIn, refreshToken, refreshExpiresAt }: identity.Tokens) {
    reply.setCookie(REFRESH_COOKIE, refreshToken, { ...cookie, path: refreshPath, expires: refreshExpiresAt })
    reply.setCookie(ACCESS_COOKIE, signedIn.accessToken, {
      ...cookie,
      path: accessPath,
      expires: new Date(signedIn.expiresAt),
    })
    return signedIn
  }
  function clearCookies(reply: FastifyReply) {
    reply.clearCookie(REFRESH_COOKIE, { ...cookie, path: refreshPath })
    reply.clearCookie(ACCESS_COOKIE, { ...cookie, path: accessPath })
  }

  serveAnyone(app, contract.getInstallation, () => identity.getInstallation(platform))
  serve(app, contract.updateInstallation, ({ actor, body }) => identity.updateInstallation(platform, actor, body))
  serveAnyone(app, contract.register, async ({ body }, { request, reply }) =>
    setCookies(reply, await identity.register(machines, deviceOf(request), body)),
  )
  serveAnyone(app, contract.login, async ({ body }, { request, reply }) =>
    setCookies(reply, await identity.login(machines, deviceOf(request), body)),
  )
  serveAnyone(app, contract.refresh, async (_, { request, reply }) => {
    requireOwnOrigin(request, settings)
    const token = request.cookies[REFRESH_COOKIE]
    if (token === undefined) throw new Problem('not-signed-in', 'There is no refresh cookie.')
    try {
      return setCookies(reply, await identity.refresh(machines, deviceOf(request), token))
    } catch (error) {
      if (error instanceof Problem && error.kind === 'session-ended') clearCookies(reply)
      throw error
    }
  })
  serveAnyone(app, contract.logout, async ({ actor }, { request, reply }) => {
    requireOwnOrigin(request, settings)
    await identity.logout(platform, actor, request.cookies[REFRESH_COOKIE])
    clearCookies(reply)
    return null
  })
  serve(app, contract.getMe, ({ actor }) => identity.getMe(platform.db, actor))
}

const MAX_USER_AGENT = 300

function deviceOf(request: FastifyRequest): identity.Device {
  return { ip: clientAddress(request), userAgent: request.headers['user-agent']?.slice(0, MAX_USER_AGENT) ?? null }
}
