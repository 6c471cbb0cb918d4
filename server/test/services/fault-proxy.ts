import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { randomOf } from '../random.ts'

/** What goes wrong on the way to a store. */
export type Fault =
  /** 500, before the store has heard of it. */
  | 'error'
  /** 503 Slow Down. */
  | 'slow-down'
  /** The connection is reset before the store has heard of it. */
  | 'reset'
  /** The store does it, and the answer is lost. */
  | 'lost-answer'
  /** The answer breaks off in the middle. */
  | 'cut-answer'
  /** Nothing ever comes. */
  | 'hang'
  /** The store does it, four seconds late. */
  | 'slow'
  /** 507, as a store without room says. */
  | 'full'

export type FaultProxy = {
  port: number
  /** Asked for each request; undefined lets it through. */
  faultOf: (request: IncomingMessage) => Fault | undefined
  counts: Map<string, number>
  stop(): Promise<void>
}

const LATE_MS = 4_000

/** Stands between a driver and its store and breaks what it is told to. Signatures hold: the Host is passed on as it came. */
export async function startFaultProxy(storePort: number): Promise<FaultProxy> {
  const counts = new Map<string, number>()
  const proxy: FaultProxy = { port: 0, faultOf: () => undefined, counts, stop }
  const server = createServer((request, response) => {
    request.on('error', () => undefined)
    response.on('error', () => undefined)
    const fault = proxy.faultOf(request)
    const name = fault ?? 'through'
    counts.set(name, (counts.get(name) ?? 0) + 1)
    if (fault === 'hang') return void request.resume()
    if (fault === 'reset') return void request.socket.resetAndDestroy()
    if (fault === 'error') return refuse(request, response, 500, 'InternalError')
    if (fault === 'slow-down') return refuse(request, response, 503, 'SlowDown')
    if (fault === 'full') return refuse(request, response, 507, 'InsufficientStorage')
    const passOn = () => pass(storePort, { request, response, fault })
    if (fault === 'slow') return void setTimeout(passOn, LATE_MS)
    passOn()
  })
  server.on('clientError', (_error, socket) => socket.destroy())
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  proxy.port = (server.address() as AddressInfo).port
  return proxy

  async function stop() {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

function refuse(request: IncomingMessage, response: ServerResponse, status: number, code: string): void {
  request.resume()
  request.on('end', () =>
    response
      .writeHead(status, { 'content-type': 'application/xml' })
      .end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>injected</Message></Error>`),
  )
}

type Passed = { request: IncomingMessage; response: ServerResponse; fault: Fault | undefined }

function pass(storePort: number, { request, response, fault }: Passed): void {
  const { method, url, headers } = request
  const onward = httpRequest({ host: '127.0.0.1', port: storePort, method, path: url, headers }, (answer) => {
    if (fault === 'lost-answer') {
      answer.resume().on('end', () => request.socket.resetAndDestroy())
      return
    }
    response.writeHead(answer.statusCode ?? 500, answer.headers)
    if (fault !== 'cut-answer') return void answer.pipe(response)
    const half = Number(answer.headers['content-length'] ?? 0) / 2
    let sent = 0
    answer.on('data', (chunk: Buffer) => {
      sent += chunk.length
      response.write(chunk)
      if (sent >= half) request.socket.resetAndDestroy()
    })
    answer.on('end', () => request.socket.resetAndDestroy())
    answer.on('error', () => undefined)
  })
  onward.on('error', () => response.destroy())
  request.on('close', () => request.readableEnded || onward.destroy())
  request.pipe(onward)
}

/** So many of a hundred requests go wrong, in every way; the same ones for the same seed. */
export function sometimes(percent: number, seed: number): FaultProxy['faultOf'] {
  const random = randomOf(seed)
  const ways = ['error', 'slow-down', 'reset', 'lost-answer', 'cut-answer'] as const
  return () => {
    if (!random.chance(percent / 100)) return undefined
    // Waiting for an answer that never comes takes seconds, so it is the rare one.
    return random.chance(0.03) ? 'hang' : random.pick(ways)
  }
}
