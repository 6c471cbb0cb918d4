// A child that misbehaves as it is told.
import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { Worker } from 'node:worker_threads'
import { answerRequests } from './asked.ts'
import { misbehave, type Order } from './pool.test-hostile.ts'

const MIB = 1024 ** 2

/** Its own number may be the same as another's, seen from inside. */
const name = randomUUID()
answerRequests(async (order: Order, report) => {
  switch (order.do) {
    case 'echo':
      return name
    case 'hang':
      for (;;);
    case 'hoard':
      return hoard([])
    case 'hoard apart':
      new Worker(HOARDER, { eval: true })
      return never
    case 'crash':
      return process.abort()
    case 'environment':
      return Object.keys(process.env)
    case 'look':
      return existsSync(order.folder ?? '/') ? readdirSync(order.folder ?? '/') : []
    case 'copy':
      writeFileSync(`${order.writes}/copy`, readFileSync(order.reads ?? '', 'utf8').toUpperCase())
      return 'copied'
    case 'spoil':
      return attempt(() => writeFileSync(order.reads ?? '', 'spoilt'))
    case 'plant':
      return attempt(() => symlinkSync(order.folder ?? '', `${order.writes}/link`))
    case 'call':
      return call(order.port ?? 0)
    case 'bytes':
      report(0.5)
      return {
        text: 'ünï\u0000code',
        nested: [{ bytes: Buffer.alloc(3 * MIB, 7) }, new Uint8Array([1, 2])],
        gone: undefined,
      }
    default:
      return misbehave(order)
  }
})

const never = new Promise<never>(() => undefined)

function call(port: number): Promise<string> {
  const socket = createConnection({ port, host: '127.0.0.1' })
  return new Promise((resolve) =>
    socket.once('connect', () => resolve('connected')).once('error', () => resolve('refused')),
  )
}

function attempt(deed: () => void): string {
  try {
    deed()
    return 'done'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'failed'
  }
}

/** Started by another thread than the first. */
const HOARDER = `
  const hoard = 'const kept = []; setInterval(() => kept.push(Buffer.alloc(32 * 1024 ** 2, 1)), 10)'
  require('node:child_process').spawn(process.execPath, ['-e', hoard])
  setInterval(() => {}, 1000)`

function hoard(kept: Buffer[]): Promise<never> {
  setInterval(() => kept.push(Buffer.alloc(32 * MIB, 1)), 1)
  return never
}
