import type { Endpoint, Request as RequestOf, Response as ResponseOf } from '@trove/contract/endpoint'
import { apiUrl } from './place.ts'
import { problemOf, unreachable } from './problem.ts'
import { bearer, renew } from './session.ts'

export { ApiProblem, isProblem, sentenceOf } from './problem.ts'

type Parts = {
  params?: Record<string, string>
  query?: Record<string, string | number | boolean | undefined>
  body?: unknown
}

/**
 * Calls one endpoint of the contract.
 *
 * @throws ApiProblem  when refused, or of kind `unreachable` when nothing answered
 */
export async function call<E extends Endpoint>(
  endpoint: E,
  request: RequestOf<E>,
  signal?: AbortSignal,
): Promise<ResponseOf<E>> {
  const parts = request as Parts
  const url = apiUrl(pathOf(endpoint, parts))
  const isOpen = endpoint.requires.kind === 'anyone'

  const token = isOpen ? undefined : await bearer()
  let response = await send(endpoint.method, url, { token, body: parts.body, signal })
  if (response.status === 401 && !isOpen && (await renew(token))) {
    response = await send(endpoint.method, url, { token: await bearer(), body: parts.body, signal })
  }
  if (!response.ok) throw await problemOf(response)
  if (response.status === 204) return null as ResponseOf<E>
  return (await response.json()) as ResponseOf<E>
}

/** Path of an endpoint with its parameters and query filled in, below `/api`. */
export function pathOf(endpoint: Pick<Endpoint, 'path'>, { params = {}, query = {} }: Parts): string {
  const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value))
  return search.size === 0 ? path : `${path}?${search}`
}

async function send(
  method: string,
  url: string,
  { token, body, signal }: { token: string | undefined; body: unknown; signal: AbortSignal | undefined },
): Promise<Response> {
  const headers = new Headers({ accept: 'application/json' })
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
  if (body !== undefined) headers.set('content-type', 'application/json')
  try {
    return await fetch(url, {
      method,
      headers,
      credentials: 'same-origin',
      signal: signal ?? null,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw unreachable()
  }
}
