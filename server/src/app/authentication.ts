import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ACCESS_COOKIE, createAuthenticator } from '../domain/identity/index.ts'
import { createVisitReader, VISIT_COOKIE } from '../domain/links/index.ts'
import type { LinkActor } from '../platform/actor.ts'
import { clientAddress } from '../platform/http/address.ts'
import type { Platform } from '../platform/platform.ts'
import { Problem } from '../platform/problem.ts'
import { requireOwnOrigin } from '../platform/http/same-origin.ts'
import { mayBeLink, requireSignIn } from '../platform/http/serve.ts'

const BEARER = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+|trove_[\w-]+)$/i

/** Finds out who asks before anything else is done. The cookie counts only where the endpoint takes it, and only from our own page. */
export function authenticate(app: FastifyInstance, platform: Platform) {
  const authenticator = createAuthenticator(platform)
  const visits = createVisitReader(platform)
  app.decorateRequest('actor')
  app.decorateRequest('signedInUntil')

  app.addHook('onRequest', async (request) => {
    const ip = clientAddress(request)
    const userAgent = request.headers['user-agent']
    const origin = { ip, ...(userAgent !== undefined && { userAgent }) }
    request.actor = { kind: 'anyone', ...origin }
    const { requires, acceptsCookie } = request.routeOptions.config
    if (requires === undefined) return
    if (mayBeLink(requires)) {
      const pass = bearerOf(request) ?? (requires.kind === 'link' ? cookieOf(request, VISIT_COOKIE) : undefined)
      const visitor = pass === undefined ? undefined : await visits.read(pass, ip)
      if (visitor !== undefined) {
        requireOwnLink(request, visitor)
        request.actor = { ...visitor, ...origin }
        return
      }
      if (requires.kind === 'link' && pass !== undefined)
        throw new Problem('session-ended', 'This visit is over. Open the link again.')
    }
    const token = bearerOf(request) ?? (acceptsCookie ? cookieOf(request, ACCESS_COOKIE) : undefined)
    const known = token === undefined ? undefined : await authenticator.read(token, ip)
    if (known !== undefined) {
      request.actor = { ...known.actor, ...origin }
      request.signedInUntil = known.expiresAt
    } else if (token !== undefined && requires.kind !== 'anyone') {
      throw new Problem('session-ended', 'The access token is not valid, or no longer. Refresh it or sign in again.')
    }
    requireSignIn(requires, request.actor)
  })

  function cookieOf(request: FastifyRequest, name: string): string | undefined {
    const token = request.cookies[name]
    if (token !== undefined) requireOwnOrigin(request, platform.settings)
    return token
  }
}

/** A visit opens the link that it is of and no other. Other links do not exist for it. */
function requireOwnLink({ params }: FastifyRequest, { linkId }: LinkActor) {
  const asked = (params as { linkId?: string }).linkId
  if (asked !== undefined && asked !== linkId) throw new Problem('not-found', 'There is no such link.')
}

const bearerOf = ({ headers }: FastifyRequest): string | undefined => BEARER.exec(headers.authorization ?? '')?.[1]

declare module 'fastify' {
  interface FastifyRequest {
    /** When the token that came with the request ends. */
    signedInUntil: Date | undefined
  }
}
