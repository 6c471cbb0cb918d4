import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { WebSocket, WebSocketServer } from 'ws'
import { withTrove } from '../server/test/load.ts'
import { signUp, sleep, until, type Person } from '../server/test/server.ts'
import { pathOf } from '../server/test/tus.ts'
import type { Line } from './uploads.ts'

const SOCKETS = 500
const SECONDS = 10
const A_SECOND = 4
const PIECE_BYTES = 1024 * 1024
const PIECE_EVERY_MS = 100
const PIECES = (SECONDS * 1000) / PIECE_EVERY_MS

/** Five hundred pages watch one session move; beside it a bare `ws` that sends as much as often. */
export function benchLive(): Promise<Line[]> {
  return withTrove(['api'], async ({ api }) => {
    const person = await signUp(api.origin)
    const ours = await watchSession(api.origin, person)
    const bare = await watchBare(ours.bytes)
    return [
      {
        name: `from telling ${SOCKETS} sockets how a session moves to the last of them, p99, against ws alone`,
        value: ours.p99Ms,
        limit: bare.p99Ms,
        ratio: ours.p99Ms / bare.p99Ms,
        unit: 'ms',
      },
      {
        name: `messages that each of ${SOCKETS} sockets hears in a second while a session moves, against four`,
        value: ours.aSecond,
        limit: A_SECOND,
        ratio: ours.aSecond / A_SECOND,
        unit: 'a second',
      },
    ]
  })
}

type Watched = { p99Ms: number; aSecond: number; bytes: number }

async function watchSession(origin: string, person: Person): Promise<Watched> {
  const about = { name: 'Bench', fileCount: 1, totalBytes: PIECES * PIECE_BYTES }
  const path = `/api/organizations/${person.organizationId}/upload-sessions`
  const sessionId = String((await person.send('POST', path, about)).json()['id'])
  const heard = createHeard()
  const sockets = await connectAll(`${origin.replace('http', 'ws')}/api/live`, person.authorization, (text) => {
    const { kind, progress } = JSON.parse(text) as { kind: string; progress?: { sequence: number } }
    // A sequence is of the server's clock, which is this machine's.
    if (kind === 'progress' && progress !== undefined) heard.add(progress.sequence, text.length)
  })
  for (const socket of sockets) socket.send(JSON.stringify({ kind: 'follow', topic: `upload-session:${sessionId}` }))
  await sleep(1_000)
  heard.clear()
  const { tus, organizationId } = person
  const upload = pathOf(await tus.create({ length: PIECES * PIECE_BYTES, organizationId, sessionId }))
  const bytes = randomBytes(PIECE_BYTES)
  const startedAt = performance.now()
  for (let piece = 0; piece < PIECES - 1; piece++) {
    await tus.patch(upload, piece * PIECE_BYTES, bytes)
    await sleep(Math.max(0, startedAt + (piece + 1) * PIECE_EVERY_MS - performance.now()))
  }
  const seconds = (performance.now() - startedAt) / 1000
  for (const socket of sockets) socket.terminate()
  return heard.sum(seconds)
}

/** The same in a process of its own that does nothing but send. */
async function watchBare(bytes: number): Promise<Watched> {
  const child = fork(fileURLToPath(import.meta.url), ['bare', String(bytes)])
  try {
    const port = await new Promise<number>((resolve) => child.once('message', (told) => resolve(Number(told))))
    const heard = createHeard()
    const sockets = await connectAll(`ws://127.0.0.1:${port}`, '', (text) =>
      heard.add((JSON.parse(text) as { atMs: number }).atMs, text.length),
    )
    heard.clear()
    await sleep(SECONDS * 1000)
    for (const socket of sockets) socket.terminate()
    return heard.sum(SECONDS)
  } finally {
    child.kill()
  }
}

async function connectAll(url: string, authorization: string, hear: (text: string) => void): Promise<WebSocket[]> {
  const sockets = Array.from({ length: SOCKETS }, () => new WebSocket(url, { headers: { authorization } }))
  for (const socket of sockets) socket.on('message', (text) => hear(String(text))).on('error', () => undefined)
  await until(() => sockets.every(({ readyState }) => readyState === WebSocket.OPEN), 60_000)
  return sockets
}

function createHeard() {
  let latencies: number[] = []
  let bytes = 0
  return {
    add(saidAtMs: number, length: number) {
      latencies.push(Date.now() - saidAtMs)
      bytes = length
    },
    clear: () => void (latencies = []),
    sum(seconds: number): Watched {
      const sorted = latencies.toSorted((a, b) => a - b)
      const p99Ms = Math.max(1, sorted[Math.floor(sorted.length * 0.99)] ?? 0)
      return { p99Ms, aSecond: latencies.length / SOCKETS / seconds, bytes }
    },
  }
}

/** As a child: everybody is told the same four times a second. */
function serveBare(bytes: number): void {
  const server: WebSocketServer = new WebSocketServer({ port: 0, host: '127.0.0.1' }, () =>
    process.send?.((server.address() as { port: number }).port),
  )
  setInterval(() => {
    const text = JSON.stringify({ atMs: Date.now(), ballast: 'x'.repeat(Math.max(0, bytes - 40)) })
    for (const socket of server.clients) socket.send(text)
  }, 1000 / A_SECOND)
}

if (process.argv[2] === 'bare') serveBare(Number(process.argv[3]))
