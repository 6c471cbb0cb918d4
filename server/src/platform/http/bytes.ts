import type { ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { DeliverableKey } from '../objects/deliverable.ts'
import type { ByteRange, ObjectStore } from '../objects/object-store.ts'
import { Problem } from '../problem.ts'
import { judgeConditions, mayHonourRange, toHttpDate } from './conditional.ts'
import { contentDisposition, presentSafely, type Disposition } from './disposition.ts'
import { freeChunk } from './memory.ts'
import { parseRange, type Wanted } from './range.ts'

/** A reader that takes nothing for so long is gone. Node asks twice before it says so: then it is 40 s. */
const STALL_MS = 20_000
/** Should a browser open it as a page all the same, it can run nothing, load nothing and be framed by nobody. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"

export type SentObject = Sent & { objects: ObjectStore; key: DeliverableKey }

/** What is sent, wherever its bytes come from. */
export type Sent = {
  sizeBytes: number
  /** A strong entity tag in its quotes, such as `"<sha256>"`. */
  etag: string
  modifiedAt: Date
  /** What the bytes are. What could run in a browser is sent as a download of mere bytes, whatever is asked. */
  mediaType: string
  disposition: Disposition
  /** As the person named it. */
  filename: string
  /** Must say `private`, unless it is meant for everybody. */
  cacheControl: string
  /**
   * Asked when it is certain that these bytes will be sent; may refuse by throwing. Not asked for HEAD, nor for what
   * has not been modified. What it gives back hears, once, how many of them were handed to the network.
   */
  onSending?: (range: ByteRange) => Promise<OnSent>
}

export type OnSent = (handedBytes: number) => Promise<void>
/** Opens the bytes of a range; of the whole, when there is none. */
export type Source = (range: ByteRange | undefined) => Promise<Readable>

/**
 * Answers a GET or HEAD with stored bytes: conditions, ranges and headers as in RFC 9110 §§8, 13 and 14.
 *
 * Resolves when the response has ended, also when the client has left in the middle: that is not a fault. Who has
 * the right to the bytes is the caller's question, and has been answered before.
 *
 * @returns `completed`: whether every byte that was asked for was handed to the network
 * @throws precondition-failed
 * @throws range-not-satisfiable  with `sizeBytes`
 * @throws ObjectMissing
 */
export function sendObject(
  request: FastifyRequest,
  reply: FastifyReply,
  { objects, key, ...object }: SentObject,
): Promise<{ completed: boolean }> {
  return sendBytes(request, reply, object, (range) => objects.get(key, range))
}

/** The same for bytes that are not an object of the store. */
export async function sendBytes(
  request: FastifyRequest,
  reply: FastifyReply,
  object: Sent,
  open: Source,
): Promise<{ completed: boolean }> {
  const { headers } = request
  const verdict = judgeConditions(headers, object)
  if (verdict === 'precondition failed')
    throw new Problem('precondition-failed', 'It has another entity tag or time of change than the request demands.')
  if (verdict === 'not modified') return end(reply, 304, validatorHeaders(object))

  const isHead = request.method === 'HEAD'
  // HEAD has no ranges: it tells of the whole (§14.2).
  const wanted: Wanted =
    !isHead && mayHonourRange(headers, object) ? parseRange(headers.range, object.sizeBytes) : { kind: 'whole' }
  if (wanted.kind === 'unsatisfiable') {
    reply.header('content-range', `bytes */${object.sizeBytes}`).header('accept-ranges', 'bytes')
    throw new Problem('range-not-satisfiable', `It has ${object.sizeBytes} bytes.`, { sizeBytes: object.sizeBytes })
  }

  const part = wanted.kind === 'part' ? wanted.range : undefined
  const length = part === undefined ? object.sizeBytes : part.last - part.first + 1
  const status = part === undefined ? 200 : 206
  const all = {
    ...validatorHeaders(object),
    ...contentHeaders(object),
    'content-length': length,
    ...(part && { 'content-range': `bytes ${part.first}-${part.last}/${object.sizeBytes}` }),
  }
  if (isHead) return end(reply, status, all)
  const onSent = await object.onSending?.(part ?? { first: 0, last: object.sizeBytes - 1 })
  const count: Count = { handedBytes: 0 }
  try {
    const body = await open(part)
    return await stream(takeOver(reply), { status, headers: all }, body, count)
  } finally {
    await onSent?.(count.handedBytes)
  }
}

/** How far a response has come. */
type Count = { handedBytes: number }

/** What a 304 must carry too (§15.4.5). */
const validatorHeaders = ({ etag, modifiedAt, cacheControl }: Sent) => ({
  etag,
  'last-modified': toHttpDate(modifiedAt),
  'cache-control': cacheControl,
  'accept-ranges': 'bytes',
})

function contentHeaders({ mediaType, disposition, filename }: Sent) {
  const safe = presentSafely(mediaType, disposition)
  return {
    'content-type': safe.contentType,
    'content-disposition': contentDisposition(safe.disposition, filename),
    'x-content-type-options': 'nosniff',
    'content-security-policy': POLICY,
  }
}

type Headers = Record<string, string | number>

/** The raw response with what hooks have set so far: from here on the framework is out of the way. */
function takeOver(reply: FastifyReply): ServerResponse {
  const before = reply.getHeaders()
  reply.hijack()
  for (const [name, value] of Object.entries(before)) if (value !== undefined) reply.raw.setHeader(name, value)
  return reply.raw
}

function end(reply: FastifyReply, status: number, headers: Headers): { completed: boolean } {
  takeOver(reply).writeHead(status, headers).end()
  return { completed: true }
}

async function stream(
  response: ServerResponse,
  head: { status: number; headers: Headers },
  body: Readable,
  count: Count,
): Promise<{ completed: boolean }> {
  try {
    // The socket's own clock counts a write that moves at all as progress.
    response.setTimeout(STALL_MS, () => response.destroy())
    response.on('error', () => undefined).writeHead(head.status, head.headers)
    return { completed: await pump(body, response, count) }
  } catch {
    // The disk failed after the head was sent: all that is left to say is to cut the connection.
    response.destroy()
    return { completed: false }
  } finally {
    body.destroy()
  }
}

/**
 * Piece by piece, each freed when the system has taken it. False when the client has left.
 *
 * A client that has all the bytes it was told of may ask again over the same connection before the response has ended:
 * the next response then has no socket of its own yet, and waits for its turn. So it is the request that is asked.
 */
async function pump(body: Readable, response: ServerResponse, count: Count): Promise<boolean> {
  const { socket } = response.req
  const { promise: gone, resolve: leave } = Promise.withResolvers<false>()
  const onLeave = () => leave(false)
  if (response.destroyed || socket.destroyed) return false
  response.once('close', onLeave)
  socket.once('close', onLeave)
  try {
    return await handOver(body, response, count, gone)
  } finally {
    socket.off('close', onLeave)
  }
}

async function handOver(
  body: Readable,
  response: ServerResponse,
  count: Count,
  gone: Promise<false>,
): Promise<boolean> {
  const taken = (hand: (done: (error?: Error | null) => void) => void) => {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    hand((error) => resolve(error === undefined || error === null))
    return Promise.race([promise, gone])
  }
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    const { byteLength } = chunk
    if (!(await taken((done) => response.write(chunk, done)))) return false
    count.handedBytes += byteLength
    freeChunk(chunk)
  }
  return taken((done) => response.end(() => done()))
}
