// A child that misbehaves as it is told.
import { randomUUID } from 'node:crypto'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createConnection } from 'node:net'
import { Worker } from 'node:worker_threads'

type Order = {
  do:
    | 'echo'
    | 'hang'
    | 'hoard'
    | 'crash'
    | 'call'
    | 'look'
    | 'environment'
    | 'copy'
    | 'spoil'
    | 'plant'
    | 'hoard apart'
    | 'pour'
    | 'hollow'
    | 'burrow'
  port?: number
  folder?: string
  reads?: string
  writes?: string
}

/** Its own number may be the same as another's, seen from inside. */
const name = randomUUID()
process.on('disconnect', () => process.exit(0))
process.send?.('ready')
process.on('message', (order: Order) => {
  if (order.do === 'echo') process.send?.(name)
  if (order.do === 'hang') for (;;);
  if (order.do === 'hoard') hoard([])
  if (order.do === 'hoard apart') new Worker(HOARDER, { eval: true })
  if (order.do === 'crash') process.abort()
  if (order.do === 'environment') process.send?.(Object.keys(process.env))
  if (order.do === 'look') process.send?.(existsSync(order.folder ?? '/') ? readdirSync(order.folder ?? '/') : [])
  if (order.do === 'copy') {
    writeFileSync(`${order.writes}/copy`, readFileSync(order.reads ?? '', 'utf8').toUpperCase())
    process.send?.('copied')
  }
  if (order.do === 'spoil') process.send?.(attempt(() => writeFileSync(order.reads ?? '', 'spoilt')))
  if (order.do === 'plant') process.send?.(attempt(() => symlinkSync(order.folder ?? '', `${order.writes}/link`)))
  if (order.do === 'pour') pour(`${order.writes}/poured`)
  if (order.do === 'hollow') {
    writeFileSync(`${order.writes}/hollow`, '')
    truncateSync(`${order.writes}/hollow`, 2 ** 40)
    process.send?.('done')
  }
  if (order.do === 'burrow') {
    mkdirSync(`${order.writes}${'/a'.repeat(60)}`, { recursive: true })
    process.send?.('done')
  }
  if (order.do === 'call') {
    const socket = createConnection({ port: order.port ?? 0, host: '127.0.0.1' })
    socket.once('connect', () => process.send?.('connected')).once('error', () => process.send?.('refused'))
  }
})

function attempt(deed: () => void): string {
  try {
    deed()
    return 'done'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'failed'
  }
}

function pour(path: string): void {
  appendFileSync(path, Buffer.alloc(1024 ** 2, 1))
  setTimeout(pour, 10, path)
}

/** Started by another thread than the first. */
const HOARDER = `
  const hoard = 'const kept = []; setInterval(() => kept.push(Buffer.alloc(32 * 1024 ** 2, 1)), 10)'
  require('node:child_process').spawn(process.execPath, ['-e', hoard])
  setInterval(() => {}, 1000)`

function hoard(kept: Buffer[]): void {
  for (let i = 0; i < 4; i++) kept.push(Buffer.alloc(8 * 1024 ** 2, 1))
  setTimeout(hoard, 1, kept)
}
