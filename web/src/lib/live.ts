import { LIVE_PATH, type LiveMessage, type LiveRequest, type Topic } from '@trove/contract/events'
import { liveUrl } from './place.ts'
import { bearer, renew, session } from './session.ts'
import { createStore } from './store.ts'

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 15_000
/** What the server closes with when the session has ended, or the token that opened the connection. */
const SESSION_ENDED = 4401
/** A connection that was out of sight for so long may be dead without knowing. */
const DOUBTFUL_AFTER_MS = 60_000

/** `catching-up`: connected again, and what was missed is on its way. */
export type LiveState = 'connecting' | 'online' | 'offline' | 'catching-up'

export const liveState = createStore<LiveState>('connecting')

type Listener = (message: LiveMessage) => void
const listeners = new Set<Listener>()

let socket: WebSocket | undefined
let cursor: string | undefined
let failures = 0
let timer: ReturnType<typeof setTimeout> | undefined
let isWanted = false
let hiddenSince: number | undefined

/** Hears what the server announces, until the function returned is called. */
export function onLive(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** What is followed besides one's own, by how many, and what was last seen of it. */
const followed = new Map<Topic, { count: number; sequence: () => number | undefined }>()

/**
 * Follows a topic until the function returned is called, over every connection.
 *
 * @param sequence  the last seen of it, so that the server knows whether there is news
 */
export function followTopic(topic: Topic, sequence: () => number | undefined = () => undefined): () => void {
  const count = (followed.get(topic)?.count ?? 0) + 1
  followed.set(topic, { count, sequence })
  if (count === 1) say('follow', topic)
  return () => {
    const left = (followed.get(topic)?.count ?? 1) - 1
    if (left > 0) return void followed.set(topic, { count: left, sequence })
    followed.delete(topic)
    say('unfollow', topic)
  }
}

/** What is said before there is a connection is said when there is one. */
function say(kind: LiveRequest['kind'], topic: Topic): void {
  if (socket?.readyState !== WebSocket.OPEN) return
  const sequence = followed.get(topic)?.sequence()
  socket.send(JSON.stringify({ kind, topic, ...(kind === 'follow' && sequence !== undefined && { sequence }) }))
}

/** Keeps one connection while somebody is signed in. */
export function startLive(): () => void {
  const stopWatching = session.subscribe(follow)
  window.addEventListener('online', hurry)
  window.addEventListener('offline', doubt)
  document.addEventListener('visibilitychange', seen)
  follow()
  return () => {
    stopWatching()
    window.removeEventListener('online', hurry)
    window.removeEventListener('offline', doubt)
    document.removeEventListener('visibilitychange', seen)
    stop()
  }
}

function follow(): void {
  const isSignedIn = session.get().status === 'signed-in'
  if (isSignedIn && !isWanted) {
    isWanted = true
    void connect()
  }
  if (!isSignedIn && isWanted) {
    stop()
    cursor = undefined // the next person starts from now
  }
}

function stop(): void {
  isWanted = false
  clearTimeout(timer)
  socket?.close()
  socket = undefined
  liveState.set('connecting')
}

async function connect(): Promise<void> {
  clearTimeout(timer)
  // The access cookie comes with the token: a fresh token means a connection that is let in.
  const token = await bearer().catch(() => undefined)
  if (!isWanted || socket !== undefined) return
  if (token === undefined) return retry()

  const opened = new WebSocket(
    liveUrl(cursor === undefined ? LIVE_PATH : `${LIVE_PATH}?cursor=${encodeURIComponent(cursor)}`),
  )
  socket = opened
  opened.onmessage = ({ data }) => hear(JSON.parse(String(data)) as LiveMessage)
  opened.onclose = ({ code }) => {
    if (socket !== opened) return
    socket = undefined
    if (code !== SESSION_ENDED) return retry()
    // A new token tells which of the two it was: signed out elsewhere, this page must not go on as if nothing were.
    void renew(token)
      .catch(() => undefined)
      .then(retry)
  }
}

function hear(message: LiveMessage): void {
  if (message.kind === 'hello') {
    failures = 0
    const isReturning = liveState.get() === 'offline'
    liveState.set(isReturning ? 'catching-up' : 'online')
    // What was missed follows the greeting at once; after a breath without news the page is current.
    if (isReturning) setTimeout(() => liveState.set((now) => (now === 'catching-up' ? 'online' : now)), 1_200)
  }
  if (message.kind === 'hello' || message.kind === 'resync') for (const topic of followed.keys()) say('follow', topic)
  if ('cursor' in message && (message.kind !== 'hello' || cursor === undefined)) cursor = message.cursor
  for (const listener of listeners) listener(message)
}

function retry(): void {
  if (!isWanted) return
  failures += 1
  // One lost connection is nothing to talk about; the second in a row is.
  if (failures > 1 || !navigator.onLine) liveState.set('offline')
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1))
  clearTimeout(timer)
  timer = setTimeout(() => void connect(), wait * (0.7 + Math.random() * 0.6))
}

function hurry(): void {
  if (!isWanted) return
  failures = Math.min(failures, 1)
  reconnect()
}

function doubt(): void {
  if (isWanted) liveState.set('offline')
}

function seen(): void {
  if (document.visibilityState === 'hidden') {
    hiddenSince = Date.now()
    return
  }
  const hiddenMs = hiddenSince === undefined ? 0 : Date.now() - hiddenSince
  hiddenSince = undefined
  if (isWanted && (socket === undefined || hiddenMs > DOUBTFUL_AFTER_MS)) reconnect()
}

function reconnect(): void {
  const old = socket
  socket = undefined
  old?.close()
  void connect()
}
