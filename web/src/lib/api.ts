import type { Endpoint, Request as RequestOf, Response as ResponseOf } from '@trove/contract/endpoint'
import { askToConfirm } from './confirmation.ts'
import { isProblem } from './problem.ts'
import { read, send } from './request.ts'
import { bearer, renew } from './session.ts'

export { ApiProblem, isProblem, sentenceOf } from './problem.ts'
export { pathOf } from './request.ts'

/**
 * Calls one endpoint of the contract. What wants a recent sign-in is called again once somebody has confirmed that it
 * is them.
 *
 * @throws ApiProblem  when refused, or of kind `unreachable` when nothing answered
 */
export async function call<E extends Endpoint>(
  endpoint: E,
  request: RequestOf<E>,
  signal?: AbortSignal,
): Promise<ResponseOf<E>> {
  try {
    return await callOnce(endpoint, request, signal)
  } catch (error) {
    if (!isProblem(error, 'confirm-first') || !(await askToConfirm())) throw error
    return callOnce(endpoint, request, signal)
  }
}

async function callOnce<E extends Endpoint>(
  endpoint: E,
  request: RequestOf<E>,
  signal: AbortSignal | undefined,
): Promise<ResponseOf<E>> {
  const isOpen = endpoint.requires.kind === 'anyone'
  const token = isOpen ? undefined : await bearer()
  let response = await send(endpoint, request, { token, signal })
  if (response.status === 401 && !isOpen && (await renew(token))) {
    response = await send(endpoint, request, { token: await bearer(), signal })
  }
  return read(endpoint, response)
}
