import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { Transform } from 'node:stream'

/** Stands between a client and a server: slow, or gone, or answering in the server's place. */
export type Proxy = {
  readonly origin: string
  /** Of the client, towards the server, since it was last asked. */
  takeSentBytes(): number
  takeReceivedBytes(): number
  /** Bytes a second in each direction; undefined: as fast as they come. */
  slow(bytesPerSecond: number | undefined): void
  /** Every connection ends without a word. */
  cut(): void
  /** Whether nobody can connect. */
  away(isAway: boolean): void
  /** So many of the next requests that carry this method get this answer. */
  answer(count: number, method: string, head: string): void
  turnTo(port: number): void
  close(): Promise<void>
}

export async function openProxy(targetPort: number): Promise<Proxy> {
  const state = { port: targetPort, isAway: false, rate: undefined as number | undefined, sent: 0, received: 0 }
  let answers = { count: 0, method: '', head: '' }
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    sockets.add(client)
    client.on('error', () => undefined).on('close', () => sockets.delete(client))
    if (state.isAway) return void client.resetAndDestroy()
    const upstream = connect(state.port, '127.0.0.1')
    sockets.add(upstream)
    upstream.on('error', () => client.destroy())
    upstream.on('close', () => {
      sockets.delete(upstream)
      client.destroy()
    })
    client.on('close', () => upstream.destroy())
    const towards = pacer(state, (bytes) => (state.sent += bytes))
    towards.pipe(upstream)
    upstream.pipe(pacer(state, (bytes) => (state.received += bytes))).pipe(client)
    client.on('data', (piece) => {
      if (answers.count > 0 && piece.toString('latin1').startsWith(`${answers.method} `)) {
        answers.count -= 1
        client.removeAllListeners('data').resume()
        upstream.unpipe()
        client.end(`HTTP/1.1 ${answers.head}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)
        return
      }
      if (towards.write(piece)) return
      client.pause()
      towards.once('drain', () => client.resume())
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  return {
    origin: `http://127.0.0.1:${port}`,
    takeSentBytes: () => take(state, 'sent'),
    takeReceivedBytes: () => take(state, 'received'),
    slow: (bytesPerSecond) => (state.rate = bytesPerSecond),
    cut,
    away: (isAway) => (state.isAway = isAway),
    answer: (count, method, head) => (answers = { count, method, head }),
    turnTo: (next) => (state.port = next),
    close() {
      cut()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function take(state: { sent: number; received: number }, which: 'sent' | 'received'): number {
  const bytes = state[which]
  state[which] = 0
  return bytes
}

/** Lets pieces through one after the other, each as long after the one before as its size takes. */
function pacer(state: { rate: number | undefined }, count: (bytes: number) => void): Transform {
  return new Transform({
    readableHighWaterMark: 16 * 1024,
    writableHighWaterMark: 16 * 1024,
    transform(piece: Buffer, _encoding, done) {
      count(piece.length)
      if (state.rate === undefined) done(null, piece)
      else setTimeout(() => done(null, piece), (piece.length / state.rate) * 1000)
    },
  })
}
