import type { IncomingMessage } from 'node:http'
import type { Endpoint, Request as RequestOf, Response as ResponseOf } from '@trove/contract/endpoint'
import { PROBLEM_TYPE, problems, type ProblemKind } from '@trove/contract/problems'
import { Check } from 'typebox/value'
import { Failure, isFailure } from '../failure.ts'
import { openWire, readAnswer, type Sent, type Wire } from './exchange.ts'
import { patiently, type Patience, type Waiting } from './retry.ts'

/** One Trove somewhere, as whoever holds the key meets it. */
export type Server = {
  /** `https://trove.example.org`, with the path when it lives below one. */
  readonly place: string
  readonly patience: Patience
  /** Asks one endpoint of the contract, and again while it is away. @throws Failure */
  call<E extends Endpoint>(endpoint: E, request: RequestOf<E>, once?: Once): Promise<ResponseOf<E>>
  /**
   * One request below `/api`, once; its answer is refused or a success, and its body unread.
   *
   * @throws Failure  what the server says, or that it says nothing
   */
  ask(asking: Asking): Promise<IncomingMessage>
  close(): void
}

/** `once`: what must not be done twice is not tried again. */
type Once = 'once'

type Asking = Omit<Sent, 'url' | 'headers'> & {
  path: string
  headers?: Record<string, string | number>
  /** Whether the bytes may be fetched from where the server says that they are. */
  follows?: boolean
}

const MAX_HOPS = 3

export type Opening = {
  place: string
  /** Sent to this place and no other. Undefined: nobody's. A function: the one that is good now. */
  token: string | undefined | (() => string | undefined)
  environment: Readonly<Record<string, string | undefined>>
  signal: AbortSignal
  giveUpMs: number
  onWait?: (waiting: Waiting) => void
}

export function openServer({ place, token, environment, signal, giveUpMs, onWait }: Opening): Server {
  const wire = openWire(environment)
  let isKnown = false
  const patience: Patience = { giveUpMs, signal, isKnown: () => isKnown }
  const ask = async ({ path, headers = {}, follows = false, ...sent }: Asking) => {
    const url = new URL(`${place}/api${path}`)
    const now = typeof token === 'function' ? token() : token
    const authorization = now === undefined ? {} : { authorization: `Bearer ${now}` }
    const answer = await wire.exchange({ signal, ...sent, url, headers: { ...authorization, ...headers } })
    const { statusCode: status = 0 } = answer
    if (status >= 200 && status < 300) {
      isKnown = true
      return answer
    }
    if (status >= 300 && status < 400) {
      isKnown = true
      return follow(answer, url, { wire, headers, follows, hops: MAX_HOPS, signal: sent.signal ?? signal })
    }
    const refusal = await readRefusal(answer, url)
    // A key is neither refreshed nor signed in: the server's own sentence speaks to the page.
    if (isFailure(refusal, 'not-signed-in', 'session-ended') && now !== undefined)
      throw new Failure('not-signed-in', `${place} does not take the key: it was revoked, or has expired.`, { status })
    isKnown ||= refusal.kind !== 'not-trove'
    throw refusal
  }
  const askHere: Server['ask'] = (asking) =>
    ask(asking).catch((error: unknown) => {
      if (error instanceof Failure) error.place = place
      throw error
    })
  return {
    place,
    patience,
    ask: askHere,
    call(endpoint, request, once) {
      const work = () => callOnce(askHere, endpoint, request, place)
      return once ? work() : patiently(patience, work, onWait)
    },
    close: () => wire.close(),
  }
}

async function callOnce<E extends Endpoint>(
  ask: Server['ask'],
  endpoint: E,
  request: RequestOf<E>,
  place: string,
): Promise<ResponseOf<E>> {
  const { body } = request as { body?: unknown }
  const answer = await ask({
    method: endpoint.method,
    path: pathOf(endpoint, request),
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(body)),
    }),
  })
  const bytes = await readAnswer(answer, new URL(place))
  if (endpoint.status === 204) return undefined as ResponseOf<E>
  const told = parse(answer, bytes, place)
  if (!Check(endpoint.response, told)) throw notTrove(place, 'its answer is not in the documented form')
  return told as ResponseOf<E>
}

/** Path and query of a request, every part of it encoded. */
export function pathOf<E extends Endpoint>(endpoint: E, request: RequestOf<E>): string {
  const { params = {}, query = {} } = request as {
    params?: Record<string, string>
    query?: Record<string, string | number | boolean | undefined>
  }
  const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  const asked = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) asked.set(name, String(value))
  return asked.size === 0 ? path : `${path}?${asked.toString()}`
}

function parse(answer: IncomingMessage, bytes: Buffer, place: string): unknown {
  const type = answer.headers['content-type'] ?? 'nothing'
  if (!/^application\/(problem\+)?json\b/i.test(type)) throw notTrove(place, `it answers with ${type.slice(0, 60)}`)
  try {
    return JSON.parse(bytes.toString())
  } catch {
    throw notTrove(place, 'its answer cannot be read')
  }
}

const notTrove = (place: string, why: string) =>
  new Failure('not-trove', `What answers at ${place} is not Trove, or one of another version: ${why}.`)

/** A refusal as it was told; HEAD tells no more than its status. */
async function readRefusal(answer: IncomingMessage, url: URL): Promise<Failure> {
  const { statusCode: status = 0, headers } = answer
  const bytes = await readAnswer(answer, url)
  const retryAfterMs = retryAfterOf(headers['retry-after'])
  const about = { status, ...(retryAfterMs !== undefined && { retryAfterMs }) }
  const isProblem = /^application\/problem\+json\b/i.test(headers['content-type'] ?? '')
  const told = isProblem ? toldBy(bytes) : undefined
  const kind = told?.['type']?.toString().slice(PROBLEM_TYPE.length) ?? ''
  if (told !== undefined && Object.hasOwn(problems, kind)) {
    const own = String(told['detail'] ?? told['title'] ?? '').slice(0, 1_000)
    const sentence =
      kind === 'internal' ? `The server failed, and has recorded it as ${String(told['instance'])}.` : own
    return new Failure(kind as ProblemKind, sentence, { ...about, members: told })
  }
  const known = kindOfStatus[status]
  if (known !== undefined) return new Failure(known, `${url.origin} answers ${status}.`, about)
  if (status >= 500) return new Failure('unavailable', `${url.origin} answers ${status}.`, about)
  return new Failure('not-trove', `What answers at ${url.origin} is not Trove: it says ${status}.`, about)
}

/** What proxies answer in place of Trove, and what HEAD cannot put into words. */
const kindOfStatus: Record<number, ProblemKind> = {
  401: 'not-signed-in',
  403: 'not-allowed',
  404: 'not-found',
  409: 'wrong-offset',
  410: 'gone',
  413: 'too-large',
  429: 'too-many-requests',
}

function toldBy(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const told: unknown = JSON.parse(bytes.toString())
    return typeof told === 'object' && told !== null ? (told as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** RFC 9110 §10.2.3: seconds, or a date. */
function retryAfterOf(field: string | undefined): number | undefined {
  if (field === undefined) return undefined
  if (/^\d{1,9}$/.test(field)) return Number(field) * 1000
  const at = Date.parse(field)
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now())
}

/**
 * Bytes of a file may lie elsewhere, at an address that opens them by itself: they are fetched there, without the key,
 * and judged by their hash as any others. Nothing else is followed.
 *
 * @throws Failure  elsewhere
 */
async function follow(
  answer: IncomingMessage,
  url: URL,
  { wire, headers, ...sent }: Following,
): Promise<IncomingMessage> {
  answer.resume()
  const told = answer.headers.location ?? ''
  const target = URL.canParse(told, url.href) ? new URL(told, url) : undefined
  const isSafe = target !== undefined && (target.protocol === 'https:' || target.protocol === url.protocol)
  if (!sent.follows || sent.hops <= 0 || !isSafe || !/^https?:$/.test(target.protocol)) {
    const where = target?.origin ?? 'nowhere'
    throw new Failure('elsewhere', `${url.origin} sends this request on to ${where}; the key is not taken there.`)
  }
  const next = await wire.exchange({ method: 'GET', url: target, headers, signal: sent.signal })
  const { statusCode: status = 0 } = next
  if (status >= 300 && status < 400) return follow(next, target, { wire, headers, ...sent, hops: sent.hops - 1 })
  if (status >= 400) throw await readRefusal(next, target)
  return next
}

type Following = {
  wire: Wire
  headers: Record<string, string | number>
  follows: boolean
  hops: number
  signal: AbortSignal | undefined
}
