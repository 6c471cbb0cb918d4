import { createHash, type Hash } from 'node:crypto'
import { parentPort } from 'node:worker_threads'

/** What the main thread says. `update` and `digest` are answered, in the order in which they were said. */
export type ToThread =
  | { do: 'open'; stream: number; algorithm: string }
  | { do: 'update'; stream: number; memory: SharedArrayBuffer; start: number; end: number }
  | { do: 'digest'; stream: number }
  | { do: 'close'; stream: number }

export type FromThread = { digest?: Uint8Array }

const streams = new Map<number, Hash>()
const port = parentPort
if (port === null) throw new Error('hash-thread runs as a worker thread')

port.on('message', (message: ToThread) => {
  switch (message.do) {
    case 'open':
      streams.set(message.stream, createHash(message.algorithm))
      return
    case 'update':
      streams.get(message.stream)?.update(new Uint8Array(message.memory, message.start, message.end - message.start))
      return port.postMessage({} satisfies FromThread)
    case 'digest':
      // Of a copy: more bytes may follow.
      return port.postMessage({
        digest: streams.get(message.stream)?.copy().digest() ?? new Uint8Array(),
      } satisfies FromThread)
    case 'close':
      streams.delete(message.stream)
  }
})
