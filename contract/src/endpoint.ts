import type { Static, TSchema } from 'typebox'
import type { Right, Role, Scope } from './access.ts'

/**
 * Who may use an endpoint. Required, so an endpoint that forgets it does not compile.
 * `serve` asks for the sign-in it implies; the operation asks `access` for the right itself.
 */
export type Requirement =
  /** No sign-in. `why` is printed in the documentation. */
  | { kind: 'anyone'; why: string }
  /**
   * Any signed-in user, and only about themselves. `scope`: what an API key needs for it; `none` is for sessions alone.
   * `orLink`: a link holder may do it too, within that link.
   */
  | { kind: 'user'; scope: Scope | 'none'; orLink?: true }
  /** The installation's administrator, who as such sees no files. */
  | { kind: 'administrator' }
  /** A member of the organization in the path, of at least this role. */
  | { kind: 'member'; role: Role; scope: Scope | 'none' }
  /** A right on the file, folder or resource in the path. An API key needs the scope of the same name. */
  | { kind: 'right'; right: Right }
  /**
   * Whoever began the upload or the upload session in the path, while they may still add to where it goes.
   * `orSupervisor`: owners and admins of its organization too.
   */
  | { kind: 'uploader'; orSupervisor?: true }
  /** Whoever has opened the link in the path, with that link's rights and nothing else. */
  | { kind: 'link' }

/** One thing a client can request. Declared once in the contract; the server serves it, the web calls it. */
export type Endpoint<
  P extends TSchema = TSchema,
  Q extends TSchema = TSchema,
  B extends TSchema = TSchema,
  R extends TSchema = TSchema,
> = {
  id: string
  summary: string
  /** The room whose chapter of the documentation it stands in. */
  room: 'audit' | 'identity' | 'organizations' | 'access' | 'files' | 'media' | 'uploads' | 'timeline' | 'links' | 'ops'
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS'
  /** Below `/api`. */
  path: string
  requires: Requirement
  params?: P
  query?: Q
  body?: B
  response: R
  /** 200 unless said; 204 has no body. */
  status?: 200 | 201 | 204
}

/** What a caller must give: only the parts that the endpoint declares. */
export type Request<E> =
  E extends Endpoint<infer P, infer Q, infer B, TSchema>
    ? Part<'params', P> & Part<'query', Q> & Part<'body', B>
    : never
type Part<K extends string, S extends TSchema> = TSchema extends S ? unknown : { [key in K]: Static<S> }

export type Response<E> = E extends Endpoint<TSchema, TSchema, TSchema, infer R> ? Static<R> : never

export function endpoint<
  R extends TSchema,
  P extends TSchema = TSchema,
  Q extends TSchema = TSchema,
  B extends TSchema = TSchema,
>(declared: Endpoint<P, Q, B, R>): Endpoint<P, Q, B, R> {
  return declared
}
