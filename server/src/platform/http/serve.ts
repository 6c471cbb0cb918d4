import { Bytes } from '@trove/contract/common'
import type { Endpoint, Request, Requirement, Response } from '@trove/contract/endpoint'
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify'
import type { TSchema } from 'typebox'
import type { Scope } from '@trove/contract/access'
import type { Actor, LinkActor, UserActor } from '../actor.ts'
import { Problem } from '../problem.ts'
import { writeShared } from './sharing.ts'

declare module 'fastify' {
  interface FastifyRequest {
    actor: Actor
  }
  interface FastifyContextConfig {
    requires?: Requirement
    /** Bytes are fetched by `<img>` and `<video>`, which can send a cookie and no header. */
    acceptsCookie?: boolean
  }
}

/** Everything below this path is the API; all else is the page. */
export const API_PREFIX = '/api'

type Http = { request: FastifyRequest; reply: FastifyReply }
type AnyEndpoint = Endpoint<TSchema, TSchema, TSchema, TSchema>

/**
 * Serves one endpoint of the contract to people who have signed in. What is requested and what is
 * responded are held to its schema, by compiler and at run time.
 */
export function serve<P extends TSchema, Q extends TSchema, B extends TSchema, R extends TSchema>(
  app: FastifyInstance,
  endpoint: Endpoint<P, Q, B, R>,
  respond: (request: Request<Endpoint<P, Q, B, R>> & { actor: UserActor }) => Promise<Response<Endpoint<P, Q, B, R>>>,
) {
  route(app, endpoint, (request) => respond({ ...requestOf(request), actor: signedIn(request) } as never))
}

/** The same for an endpoint that anyone may use; it is handed the HTTP side too, because sign-in lives in cookies. */
export function serveAnyone<P extends TSchema, Q extends TSchema, B extends TSchema, R extends TSchema>(
  app: FastifyInstance,
  endpoint: Endpoint<P, Q, B, R>,
  respond: (
    request: Request<Endpoint<P, Q, B, R>> & { actor: Actor },
    http: Http,
  ) => Promise<Response<Endpoint<P, Q, B, R>>>,
) {
  route(app, endpoint, (request, reply) =>
    respond({ ...requestOf(request), actor: request.actor } as never, { request, reply }),
  )
}

/** An endpoint that reads or writes its own bytes and headers. Parameters are still held to the schema. */
export function serveRaw<P extends TSchema, Q extends TSchema, B extends TSchema, R extends TSchema>(
  app: FastifyInstance,
  endpoint: Endpoint<P, Q, B, R>,
  respond: (http: Http, request: Request<Endpoint<P, Q, B, R>>) => Promise<unknown>,
) {
  route(app, endpoint, (request, reply) => respond({ request, reply }, requestOf(request) as never))
}

/** Who asks, where a sign-in is certain because the endpoint requires it. */
export function signedIn(request: FastifyRequest): UserActor {
  if (request.actor.kind !== 'user') throw new Problem('not-signed-in', 'This needs a signed-in user.')
  return request.actor
}

/** Who holds the link, where the endpoint requires one to be open. */
export function linkHolder(request: FastifyRequest): LinkActor {
  if (request.actor.kind !== 'link') throw new Problem('not-signed-in', 'This needs an open link.')
  return request.actor
}

function route(
  app: FastifyInstance,
  endpoint: AnyEndpoint,
  handle: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>,
) {
  const { id, summary, method, path, requires, params, query, body, status = 200 } = endpoint
  const isBytes = endpoint.response === (Bytes as TSchema)
  const schema: FastifySchema & { operationId: string; summary: string } = {
    operationId: id,
    summary,
    ...(params && { params }),
    ...(query && { querystring: query }),
    ...(body && { body }),
    ...(!isBytes && status !== 204 && method !== 'HEAD' && { response: { [status]: endpoint.response } }),
  }
  app.route({
    method,
    url: API_PREFIX + path,
    schema,
    config: { requires, acceptsCookie: isBytes && method === 'GET' },
    handler: async (request, reply) => {
      if (!isBytes) reply.code(status)
      const response = await handle(request, reply)
      if (status === 204) return reply.sent ? response : reply.send()
      const bytes = writeShared(response, (answer) => reply.serializeInput(answer as never, String(status)) as string)
      return bytes === undefined ? response : reply.type('application/json; charset=utf-8').send(bytes)
    },
  })
}

/** Asked as soon as it is known who asks: before the body is read, let alone judged. */
export function requireSignIn(requires: Requirement, actor: Actor) {
  if (requires.kind === 'anyone') return
  if (requires.kind === 'link' && actor.kind !== 'link')
    throw new Problem('not-signed-in', 'Open the link first; this needs the visit that opening it begins.')
  if (actor.kind === 'link' && mayBeLink(requires)) return
  if (actor.kind !== 'user') throw new Problem('not-signed-in', 'Sign in, and send the access token as a Bearer token.')
  if (requires.kind === 'administrator' && !actor.isAdministrator) {
    throw new Problem('not-allowed', 'Only the administrator of this installation may do this.')
  }
  const scope = scopeOf(requires)
  if (actor.scopes !== undefined && (scope === 'none' || !actor.scopes.includes(scope))) {
    throw new Problem(
      'not-allowed',
      scope === 'none' ? 'No API key may do this; sign in.' : `This needs an API key with the scope ${scope}.`,
    )
  }
}

/** Whether a link holder may come with it at all. */
export const mayBeLink = (requires: Requirement): boolean =>
  requires.kind === 'link' || requires.kind === 'uploader' || (requires.kind === 'user' && requires.orLink === true)

/** The scope that an API key needs. */
export function scopeOf(requires: Requirement): Scope | 'none' {
  switch (requires.kind) {
    case 'anyone':
    case 'link':
      return 'none'
    case 'user':
    case 'member':
      return requires.scope
    case 'administrator':
      return 'administer'
    case 'right':
      return requires.right
    case 'uploader':
      return 'upload'
  }
}

const requestOf = ({ params, query, body }: FastifyRequest) => ({ params, query, body })
