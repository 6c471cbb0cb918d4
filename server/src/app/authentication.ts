import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ACCESS_COOKIE, createAuthenticator } from '../domain/identity/index.ts'
import { clientAddress } from '../platform/http/address.ts'
import type { Platform } from '../platform/platform.ts'
import { Problem } from '../platform/problem.ts'
import { requireOwnOrigin } from '../platform/http/same-origin.ts'
import { requireSignIn } from '../platform/http/serve.ts'

const BEARER = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+|trove_[\w-]+)$/i

/** Finds out who asks before anything else is done. The cookie counts only where the endpoint takes it, and only from our own page. */
export function authenticate(app: FastifyInstance, platform: Platform) {
  const authenticator = createAuthenticator(platform)
  app.decorateRequest('actor')
  app.decorateRequest('signedInUntil')

  app.addHook('onRequest', async (request) => {
    const ip = clientAddress(request)
    const userAgent = request.headers['user-agent']
    const origin = { ip, ...(userAgent !== undefined && { userAgent }) }
    request.actor = { kind: 'anyone', ...origin }
    const { requires, acceptsCookie } = request.routeOptions.config
    if (requires === undefined) return
    const token = bearerOf(request) ?? (acceptsCookie ? cookieOf(request) : undefined)
    const known = token === undefined ? undefined : await authenticator.read(token, ip)
    if (known !== undefined) {
      request.actor = { ...known.actor, ...origin }
      request.signedInUntil = known.expiresAt
    } else if (token !== undefined && requires.kind !== 'anyone') {
      throw new Problem('session-ended', 'The access token is not valid, or no longer. Refresh it or sign in again.')
    }
    requireSignIn(requires, request.actor)
  })

  function cookieOf(request: FastifyRequest): string | undefined {
    const token = request.cookies[ACCESS_COOKIE]
    if (token !== undefined) requireOwnOrigin(request, platform.settings)
    return token
  }
}

const bearerOf = ({ headers }: FastifyRequest): string | undefined => BEARER.exec(headers.authorization ?? '')?.[1]

declare module 'fastify' {
  interface FastifyRequest {
    /** When the token that came with the request ends. */
    signedInUntil: Date | undefined
  }
}
