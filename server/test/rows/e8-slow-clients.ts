import { connect, type Socket } from 'node:net'
import { createDatabase } from '../platform.ts'
import { makeHome, quantile, signUp, sleep, startPart, type Person } from '../server.ts'
import { ask, pathOf } from '../tus.ts'

/** What a slow client does: `may live` says that it goes forward, however slowly, so the server may let it. */
type Kind = { name: string; mayLive: boolean; path(world: World): string; drip(socket: Socket): void; isReader?: true }
type World = { person: Person; upload(): Promise<string>; fileId: string }

const BIG_BYTES = 40 * 1024 ** 2
const CLOSE_WITHIN_MS = 60_000
const WATCH_MS = 75_000

const head = (request: string, person: Person, more: string[] = []) =>
  [`${request} HTTP/1.1`, 'Host: trove.test', `Authorization: ${person.authorization}`, ...more, '', ''].join('\r\n')

/** Writes one byte of an endless header or body each second. */
const dripping = (byte: string) => (socket: Socket) => {
  const timer = setInterval(() => socket.write(byte), 1_000)
  socket.on('close', () => clearInterval(timer))
}
const silent = () => undefined

const kinds: Kind[] = [
  { name: 'heads, a byte a second', mayLive: false, path: () => 'GET /api/me HTTP/1.1\r\nX: ', drip: dripping('x') },
  { name: 'a head that never ends', mayLive: false, path: () => 'GET /api/me HTTP/1.1\r\n', drip: silent },
  { name: 'nothing at all', mayLive: false, path: () => '', drip: silent },
  {
    name: 'JSON, a byte a second',
    mayLive: false,
    path: ({ person }) =>
      head('POST /api/auth/login', person, ['Content-Type: application/json', 'Content-Length: 900']),
    drip: dripping(' '),
  },
  {
    name: 'a body that nobody reads, a byte a second',
    mayLive: false,
    path: ({ person }) => head('GET /api/me', person, ['Content-Type: text/plain', 'Content-Length: 900']),
    drip: dripping('x'),
  },
  {
    name: 'an upload, a byte a second',
    mayLive: true,
    path: ({ person }) => head('PATCH UPLOAD', person, PATCH),
    drip: dripping('x'),
  },
  {
    name: 'an upload that has stopped',
    mayLive: false,
    path: ({ person }) => head('PATCH UPLOAD', person, PATCH),
    drip: silent,
  },
  {
    name: 'a download that nobody reads',
    mayLive: false,
    isReader: true,
    path: ({ person, fileId }) => head(`GET /api/files/${fileId}/content`, person),
    drip: silent,
  },
  {
    name: 'a download, a byte a second',
    mayLive: true,
    isReader: true,
    path: ({ person, fileId }) => head(`GET /api/files/${fileId}/content`, person),
    drip(socket) {
      const timer = setInterval(() => socket.read(1), 1_000)
      socket.on('close', () => clearInterval(timer))
    },
  },
]
const PATCH = [
  'Tus-Resumable: 1.0.0',
  'Upload-Offset: 0',
  'Content-Type: application/offset+octet-stream',
  'Content-Length: 1000000',
]

export type Slowness = { clients: number; healthP99Ms: number; asked: number; faults: string[] }

/** So many clients, equally of every kind, while somebody asks after the server's health. */
export async function beSlow(clients: number): Promise<Slowness> {
  const database = await createDatabase()
  const home = await makeHome('e8', database.url)
  const api = await startPart('api', home.environment)
  const sockets: Socket[] = []
  try {
    const person = await signUp(api.origin)
    const world = {
      person,
      fileId: await uploadBig(person),
      upload: async () => pathOf(await person.tus.create({ length: 1_000_000, organizationId: person.organizationId })),
    }
    const stillOpen = new Map<string, number>()
    const closing: Promise<void>[] = []
    for (let index = 0; index < clients; index++) {
      const kind = kinds[index % kinds.length] as Kind
      const bytes = kind.path(world).replace('UPLOAD', kind.name.includes('an upload') ? await world.upload() : '')
      const socket = open(api.origin, kind, bytes)
      sockets.push(socket)
      if (kind.mayLive) continue
      stillOpen.set(kind.name, (stillOpen.get(kind.name) ?? 0) + 1)
      closing.push(
        closed(socket, kind).then(
          (isClosed) => void (isClosed && stillOpen.set(kind.name, (stillOpen.get(kind.name) ?? 0) - 1)),
        ),
      )
    }
    const times = await watchHealth(api.origin, Promise.all(closing))
    const faults = [...stillOpen]
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${count} still open after ${CLOSE_WITHIN_MS} ms: ${name}`)
    for (const line of api.words().split('\n')) if (/"level":(50|60)/.test(line)) faults.push(line.slice(0, 500))
    for (const socket of sockets) socket.destroy()
    if ((await ask(api.origin, { method: 'GET', path: '/readyz' })).status !== 200)
      faults.push('it is not ready afterwards')
    return { clients, healthP99Ms: quantile(times, 0.99), asked: times.length, faults }
  } finally {
    for (const socket of sockets) socket.destroy()
    await api.stop()
    await database.drop()
    await home.remove()
  }
}

async function uploadBig({ tus, organizationId }: Person): Promise<string> {
  const bytes = Buffer.alloc(BIG_BYTES, 7)
  const reply = await tus.create({ length: bytes.length, organizationId, filename: 'big.bin' }, bytes)
  return String(reply.headers['trove-file-id'])
}

function open(origin: string, kind: Kind, bytes: string): Socket {
  const { hostname, port } = new URL(origin)
  const socket = connect({ port: Number(port), host: hostname }, () => {
    socket.write(bytes)
    kind.drip(socket)
  })
  socket.on('error', () => undefined)
  // Whoever reads nothing leaves it to the network to fill up; the others want to hear of the end.
  if (kind.isReader === undefined) socket.on('data', () => undefined).on('end', () => socket.destroy())
  return socket
}

/** Who reads nothing does not notice by itself: writing to a connection that is gone does, the second time. */
function closed(socket: Socket, { isReader }: Kind): Promise<boolean> {
  return new Promise((resolve) => {
    const prods = [10_000, 5_000].map((beforeMs) =>
      setTimeout(() => isReader && socket.write('x'), CLOSE_WITHIN_MS - beforeMs),
    )
    const end = (isClosed: boolean) => {
      for (const prod of prods) clearTimeout(prod)
      clearTimeout(timer)
      resolve(isClosed)
    }
    const timer = setTimeout(end, CLOSE_WITHIN_MS, false)
    socket.once('close', () => end(true))
  })
}

async function watchHealth(origin: string, until: Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  let isOver = false
  void until.then(() => (isOver = true))
  const deadline = Date.now() + WATCH_MS
  while (!isOver && Date.now() < deadline) {
    const startedAt = performance.now()
    const { status } = await ask(origin, { method: 'GET', path: '/healthz', headers: { connection: 'close' } })
    times.push(status === 200 ? performance.now() - startedAt : Number.POSITIVE_INFINITY)
    await sleep(50)
  }
  return times
}
