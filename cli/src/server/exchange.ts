import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { Failure } from '../failure.ts'

/** A connection on which nothing has moved for so long is taken for dead. */
const STALL_MS = 60_000
/** More than any answer that is not bytes of a file has; a server that sends more is none of ours. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024

export type Sent = {
  method: string
  url: URL
  headers: Record<string, string | number>
  body?: Uint8Array | AsyncIterable<Uint8Array>
  signal?: AbortSignal | undefined
  /** @param bytes that have left since the last call */
  onSent?: (bytes: number) => void
}

export type Wire = {
  /** Resolves when the head of the answer is there. Follows no redirect. @throws Failure  lost, interrupted, or what the body threw */
  exchange(sent: Sent): Promise<IncomingMessage>
  close(): void
}

/** Connections that are used again. Proxies are those of the environment (`HTTPS_PROXY`, `NO_PROXY`), where Node knows them. */
export function openWire(environment: Readonly<Record<string, string | undefined>>): Wire {
  const options = { keepAlive: true, maxSockets: 64, proxyEnv: environment as NodeJS.ProcessEnv }
  const agents = { 'http:': new HttpAgent(options), 'https:': new HttpsAgent(options) }
  return {
    exchange: (sent) => exchange(sent, agents),
    close() {
      for (const agent of Object.values(agents)) agent.destroy()
    },
  }
}

function exchange(sent: Sent, agents: { 'http:': HttpAgent; 'https:': HttpsAgent }): Promise<IncomingMessage> {
  const { method, url, headers, body, signal } = sent
  if (signal?.aborted) return Promise.reject(interrupted())
  return new Promise((resolve, reject) => {
    const isTls = url.protocol === 'https:'
    const begin = isTls ? httpsRequest : httpRequest
    const agent = isTls ? agents['https:'] : agents['http:']
    const length = body instanceof Uint8Array ? { 'content-length': body.length } : {}
    const request = begin(url, { method, agent, headers: { 'user-agent': 'trove', ...length, ...headers } })
    const stop = () => request.destroy(interrupted())
    signal?.addEventListener('abort', stop, { once: true })
    request.setTimeout(STALL_MS, () => request.destroy(new Error('nothing has moved for a minute')))
    request.on('response', (answer) => {
      answer.once('close', () => signal?.removeEventListener('abort', stop))
      resolve(answer)
    })
    request.on('error', (error) => {
      signal?.removeEventListener('abort', stop)
      reject(error instanceof Failure ? error : lost(error, url))
    })
    if (body === undefined || body instanceof Uint8Array) {
      request.end(body, () => sent.onSent?.(body?.length ?? 0))
      return
    }
    pour(request, body, sent.onSent).catch((error: Error) => request.destroy(error))
  })
}

/** Writes as fast as the other side reads, until it has answered. */
async function pour(request: ClientRequest, body: AsyncIterable<Uint8Array>, onSent: Sent['onSent']): Promise<void> {
  let isOver = false
  const { promise: over, resolve: end } = Promise.withResolvers<void>()
  const finish = () => {
    isOver = true
    end()
  }
  request.once('response', finish).once('close', finish)
  for await (const piece of body) {
    if (isOver) return
    const isRoom = request.write(piece, (error) => error || onSent?.(piece.length))
    if (!isRoom) await Promise.race([new Promise<void>((resolve) => request.once('drain', resolve)), over])
  }
  if (!isOver) request.end()
}

export const interrupted = () => new Failure('interrupted', 'It was interrupted.')

/** Every way in which a connection does not come about, or ends before its time. */
export function lost(error: Error, url: URL): Failure {
  const { code = '' } = error as NodeJS.ErrnoException
  const why =
    reasons[code] ??
    (code.startsWith('ERR_TLS') || code.includes('CERT') ? `its certificate: ${error.message}` : error.message)
  return new Failure('lost', `${url.origin} does not answer: ${why || code}.`, { members: { code } })
}

const reasons: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such name',
  EAI_AGAIN: 'its name cannot be looked up for now',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ETIMEDOUT: 'the network takes too long',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no network',
}

/** The body of an answer that is no file. @throws Failure  lost, not-trove */
export async function readAnswer(answer: IncomingMessage, url: URL): Promise<Buffer> {
  const pieces: Buffer[] = []
  let size = 0
  try {
    for await (const piece of answer as AsyncIterable<Buffer>) {
      size += piece.length
      if (size > MAX_ANSWER_BYTES) {
        answer.destroy()
        throw new Failure('not-trove', `${url.origin} answers with more than anybody asked for.`)
      }
      pieces.push(piece)
    }
  } catch (error) {
    throw error instanceof Failure ? error : lost(error as Error, url)
  }
  return Buffer.concat(pieces)
}
