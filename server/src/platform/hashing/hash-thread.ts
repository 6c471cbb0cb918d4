import { createHash, type Hash } from 'node:crypto'
import { parentPort } from 'node:worker_threads'

/** What the main thread says. `update` and `digest` are answered, in the order in which they were said. */
export type ToThread =
  | { do: 'update'; stream: number; memory: SharedArrayBuffer; start: number; end: number }
  /** From here on the bytes also go into a digest of the chunk, and the state before them is kept. */
  | { do: 'begin-chunk'; stream: number; algorithm: string }
  | { do: 'chunk-digest'; stream: number }
  /** Back to the state before the chunk, or on without it. */
  | { do: 'end-chunk'; stream: number; keep: boolean }
  | { do: 'digest'; stream: number }
  | { do: 'close'; stream: number }

export type FromThread = { stream: number; digest?: Uint8Array }

type Stream = { whole: Hash; chunk?: { hash: Hash; before: Hash } }

const streams = new Map<number, Stream>()
const port = parentPort
if (port === null) throw new Error('hash-thread runs as a worker thread')

port.on('message', (message: ToThread) => {
  const { stream: id } = message
  const stream = streams.get(id) ?? { whole: createHash('sha256') }
  streams.set(id, stream)
  switch (message.do) {
    case 'update': {
      const bytes = new Uint8Array(message.memory, message.start, message.end - message.start)
      stream.whole.update(bytes)
      stream.chunk?.hash.update(bytes)
      return port.postMessage({ stream: id } satisfies FromThread)
    }
    case 'begin-chunk':
      stream.chunk = { hash: createHash(message.algorithm), before: stream.whole.copy() }
      return
    case 'chunk-digest':
      return port.postMessage({ stream: id, digest: stream.chunk?.hash.copy().digest() ?? new Uint8Array() } satisfies FromThread)
    case 'end-chunk':
      if (!message.keep && stream.chunk) stream.whole = stream.chunk.before
      delete stream.chunk
      return
    case 'digest':
      return port.postMessage({ stream: id, digest: stream.whole.copy().digest() } satisfies FromThread)
    case 'close':
      streams.delete(id)
  }
})
