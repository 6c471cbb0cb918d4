// What a child may try that a file has taken over.
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { CHANNEL_FD } from './asked.ts'

export type Order = { do: string; port?: number; folder?: string; reads?: string; writes?: string }

const MIB = 1024 ** 2
const never = new Promise<never>(() => undefined)

export function misbehave({ do: deed, writes }: Order): unknown {
  switch (deed) {
    case 'pour':
      return pour(`${writes}/poured`)
    case 'hollow':
      writeFileSync(`${writes}/hollow`, '')
      truncateSync(`${writes}/hollow`, 2 ** 40)
      return 'done'
    case 'burrow':
      mkdirSync(`${writes}${'/a'.repeat(60)}`, { recursive: true })
      return 'done'
    case 'hide':
      return hide(`${writes}/hidden`)
    case 'idle hoard':
      return hoardLater()
    default:
      return speak(deed)
  }
}

/** When it has answered. */
function hoardLater(): string {
  const kept: Buffer[] = []
  setInterval(() => kept.push(Buffer.alloc(8 * MIB, 1)), 20)
  return 'done'
}

function pour(path: string): Promise<never> {
  setInterval(() => appendFileSync(path, Buffer.alloc(MIB, 1)), 10)
  return never
}

/** A file that has no name takes room as long as it is open. */
function hide(path: string): Promise<never> {
  const file = openSync(path, 'w')
  unlinkSync(path)
  setInterval(() => writeSync(file, Buffer.alloc(MIB, 1)), 10)
  return never
}

/** Past what `answerRequests` would say. The first request of a child is its turn 1. */
function speak(deed: string): unknown {
  const answer = { turn: 1, answer: 'a' }
  switch (deed) {
    case 'garbage':
      return write(Buffer.alloc(200_000, 0xa5))
    case 'claim':
      return write(head(0xffff_ffff, 0xffff_ffff))
    case 'flood':
      void write(head(2, 120 * MIB))
      for (;;) void write(Buffer.alloc(MIB))
    case 'chatter':
      for (;;) void write(said({ turn: 1, progress: 0.5 }))
    case 'deep':
      return write(said({ turn: 1, answer: 0 }, '['.repeat(400_000) + ']'.repeat(400_000)))
    case 'many':
      return write(said({ turn: 1, answer: 0 }, `[${'[],'.repeat(5_000_000)}0]`))
    case 'elsewhere':
      return write(said({ turn: 1, answer: { '@bytes': [0, 4_000_000_000] } }))
    case 'unasked':
      return write(said({ turn: 7, answer: 'a' }))
    case 'twice':
      return write(Buffer.concat([said(answer), said(answer)]))
    case 'late':
      setTimeout(() => void write(said(answer)), 50)
      return 'done'
    case 'silent':
      return closeSync(CHANNEL_FD)
    default:
      throw new Error(`no such deed: ${deed}`)
  }
}

function head(words: number, bytes: number): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32LE(words, 0)
  head.writeUInt32LE(bytes, 4)
  return head
}

function said(message: object, answer?: string): Buffer {
  const words = Buffer.from(JSON.stringify(message).replace(/"answer":0/, `"answer":${answer}`))
  return Buffer.concat([head(words.length, 0), words])
}

/** The pipe takes no more than some at a time. */
function write(bytes: Buffer): Promise<never> {
  for (let at = 0; at < bytes.length;)
    try {
      at += writeSync(CHANNEL_FD, bytes, at)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    }
  return never
}
