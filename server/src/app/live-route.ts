import type { Socket } from 'node:net'
import fastifyWebsocket from '@fastify/websocket'
import { followLive } from '@trove/contract/ops'
import { topicKinds, type LiveRequest, type Topic } from '@trove/contract/events'
import type { FastifyInstance } from 'fastify'
import type { WebSocket } from '@fastify/websocket'
import { refuseBroken } from '../platform/http/broken-request.ts'
import { safeHeaders } from '../platform/http/headers.ts'
import { requireOwnOrigin } from '../platform/http/same-origin.ts'
import { API_PREFIX, signedIn } from '../platform/http/serve.ts'
import { parseCursor, type Subscription, type Written } from '../platform/live/index.ts'
import type { UserActor } from '../platform/actor.ts'
import type { Platform } from '../platform/platform.ts'
import type { Settings } from '../platform/settings.ts'

/** A client says no more than which topics it follows. */
const MAX_MESSAGE_BYTES = 1_024
const MAX_MESSAGES_PER_SECOND = 10
const MOST_TOPICS = 20
const PING_MS = 25_000
const GOODBYE_MS = 500
/** A client that does not take what it is sent is let go; it comes back with its cursor. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024
/** Close codes 4000-4999 are for applications (RFC 6455 §7.4.2). */
export const CLOSE = { goingAway: 1001, sessionEnded: 4401, tooMuch: 4429, tooSlow: 4408 } as const

/** Must come before any hook that can refuse: it is what lets go of the socket of an upgrade that was refused. */
export async function acceptWebSockets(app: FastifyInstance, settings: Settings) {
  await app.register(fastifyWebsocket, {
    options: { maxPayload: MAX_MESSAGE_BYTES, clientTracking: true },
    preClose: letGo,
  })
  const headers = safeHeaders(settings, 'api')
  app.websocketServer.on('wsClientError', (error, socket) => refuseBroken(error, socket, headers))
}

/** `/api/live`. Signed in by the access cookie or a Bearer token, from our own page only, closed when the token ends. */
export function liveRoute(app: FastifyInstance, platform: Platform) {
  app.route({
    method: 'GET',
    url: API_PREFIX + followLive.path,
    schema: { querystring: followLive.query ?? {} },
    config: { requires: followLive.requires, acceptsCookie: true },
    preValidation: async (request) => {
      requireOwnOrigin(request, platform.settings)
      signedIn(request)
    },
    handler: async (_request, reply) => reply.code(426).header('upgrade', 'websocket').send(),
    wsHandler: (socket, request) => {
      const actor = signedIn(request)
      const { cursor } = request.query as { cursor?: string }
      void follow(platform, socket, request.raw.socket, {
        actor,
        until: request.signedInUntil ?? new Date(),
        cursor,
      }).catch((err: unknown) => {
        request.log.warn({ err }, 'a live connection could not begin')
        socket.close(1011)
      })
    },
  })
}

/** Before the server closes: everybody is told to come back, and those who do not listen are cut off. */
function letGo(this: FastifyInstance, done: () => void) {
  const { clients } = this.websocketServer
  for (const socket of clients) socket.close(CLOSE.goingAway, 'restarting')
  setTimeout(() => {
    for (const socket of clients) socket.terminate()
  }, GOODBYE_MS).unref()
  done()
}

async function follow(
  platform: Platform,
  socket: WebSocket,
  line: Socket,
  who: { actor: UserActor; until: Date; cursor: string | undefined },
) {
  // Frames are made once for all who hear them, and written past the library, which would make them for each anew. It
  // writes only whole frames of its own: it neither compresses nor divides anything here.
  const send = (written: Written) => {
    if (socket.bufferedAmount > MAX_BUFFERED_BYTES) socket.close(CLOSE.tooSlow, 'too slow')
    else if (socket.readyState === socket.OPEN && line.writable) line.write(written.frames())
  }
  const end = (why: 'session ended' | 'come back') =>
    socket.close(why === 'session ended' ? CLOSE.sessionEnded : CLOSE.goingAway, why)
  const stops = [
    limitMessages(socket),
    keepAlive(socket),
    later(() => end('session ended'), who.until.getTime() - Date.now()),
  ]
  let isClosed = false
  socket.on('error', () => socket.terminate())
  socket.on('close', () => {
    isClosed = true
    for (const stop of stops) stop()
  })
  const from = who.cursor === undefined ? undefined : parseCursor(who.cursor)
  const subscribing = platform.live.subscribe({ actor: who.actor, send, end }, from)
  hearRequests(socket, subscribing, (err) => platform.log.warn({ err }, 'a topic could not be followed'))
  const { stop } = await subscribing
  if (isClosed) stop()
  else stops.push(stop)
}

/** Takes what a client says one after another, so that the last word counts; what is no request is passed over. */
function hearRequests(socket: WebSocket, subscribing: Promise<Subscription>, failed: (error: unknown) => void): void {
  const topics = new Set<string>()
  let before: Promise<unknown> = subscribing.catch(() => undefined)
  socket.on('message', (bytes) => {
    const said = readRequest(String(bytes))
    if (said === undefined) return
    if (said.kind === 'unfollow') topics.delete(said.topic)
    else if (topics.size < MOST_TOPICS) topics.add(said.topic)
    else return
    before = before
      .then(async () => {
        const subscription = await subscribing
        if (said.kind === 'follow') await subscription.follow(said.topic, said.sequence)
        else subscription.unfollow(said.topic)
      })
      .catch(failed)
  })
}

const TOPIC = new RegExp(`^(${topicKinds.join('|')}):[0-9a-f-]{36}$`)

function readRequest(text: string): LiveRequest | undefined {
  try {
    const { kind, topic, sequence } = (JSON.parse(text) ?? {}) as Record<string, unknown>
    if ((kind !== 'follow' && kind !== 'unfollow') || typeof topic !== 'string' || !TOPIC.test(topic)) return undefined
    return { kind, topic: topic as Topic, ...(typeof sequence === 'number' && { sequence }) }
  } catch {
    return undefined
  }
}

function limitMessages(socket: WebSocket): () => void {
  let count = 0
  const reset = setInterval(() => (count = 0), 1_000)
  socket.on('message', () => {
    count += 1
    if (count > MAX_MESSAGES_PER_SECOND) socket.close(CLOSE.tooMuch, 'too many messages')
  })
  return () => clearInterval(reset)
}

function keepAlive(socket: WebSocket): () => void {
  let isAlive = true
  socket.on('pong', () => (isAlive = true))
  const timer = setInterval(() => {
    if (!isAlive) return socket.terminate()
    isAlive = false
    socket.ping()
  }, PING_MS)
  return () => clearInterval(timer)
}

function later(act: () => void, ms: number): () => void {
  const timer = setTimeout(act, Math.max(0, ms))
  return () => clearTimeout(timer)
}
