// A child that misbehaves as it is told.
import { readdirSync } from 'node:fs'
import { createConnection } from 'node:net'

type Order = {
  do: 'echo' | 'hang' | 'hoard' | 'crash' | 'call' | 'look' | 'environment'
  port?: number
  folder?: string
}

process.on('disconnect', () => process.exit(0))
process.send?.('ready')
process.on('message', (order: Order) => {
  if (order.do === 'echo') process.send?.({ pid: process.pid })
  if (order.do === 'hang') for (;;);
  if (order.do === 'hoard') hoard([])
  if (order.do === 'crash') process.abort()
  if (order.do === 'environment') process.send?.(Object.keys(process.env))
  if (order.do === 'look') process.send?.(readdirSync(order.folder ?? '/'))
  if (order.do === 'call') {
    const socket = createConnection({ port: order.port ?? 0, host: '127.0.0.1' })
    socket.once('connect', () => process.send?.('connected')).once('error', () => process.send?.('refused'))
  }
})

function hoard(kept: Buffer[]): void {
  for (let i = 0; i < 4; i++) kept.push(Buffer.alloc(8 * 1024 ** 2, 1))
  setTimeout(hoard, 1, kept)
}
