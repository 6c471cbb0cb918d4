import type { Endpoint, Request as RequestOf, Response as ResponseOf } from '@trove/contract/endpoint'
import { apiUrl } from './place.ts'
import { problemOf, unreachable } from './problem.ts'

type Parts = {
  params?: Record<string, string>
  query?: Record<string, string | number | boolean | undefined>
  body?: unknown
}

/**
 * One request to an endpoint of the contract, in whoever's name the token speaks.
 *
 * @returns the response as it came, refusals included
 * @throws  ApiProblem of kind `unreachable` when nothing answered
 */
export async function send<E extends Endpoint>(
  endpoint: E,
  request: RequestOf<E>,
  { token, signal }: { token: string | undefined; signal?: AbortSignal | undefined },
): Promise<Response> {
  const parts = request as Parts
  const headers = new Headers({ accept: 'application/json' })
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
  if (parts.body !== undefined) headers.set('content-type', 'application/json')
  try {
    return await fetch(apiUrl(pathOf(endpoint, parts)), {
      method: endpoint.method,
      headers,
      credentials: 'same-origin',
      signal: signal ?? null,
      ...(parts.body === undefined ? {} : { body: JSON.stringify(parts.body) }),
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw unreachable()
  }
}

/** What an endpoint answered. @throws ApiProblem when it refused */
export async function read<E extends Endpoint>(_endpoint: E, response: Response): Promise<ResponseOf<E>> {
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
