import type { Endpoint, Request as RequestOf, Response as ResponseOf } from '@trove/contract/endpoint'
import { read, send } from './request.ts'
import { bearer, renew } from './session.ts'

export { ApiProblem, isProblem, sentenceOf } from './problem.ts'
export { pathOf } from './request.ts'

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
  const isOpen = endpoint.requires.kind === 'anyone'
  const token = isOpen ? undefined : await bearer()
  let response = await send(endpoint, request, { token, signal })
  if (response.status === 401 && !isOpen && (await renew(token))) {
    response = await send(endpoint, request, { token: await bearer(), signal })
  }
  return read(endpoint, response)
}
