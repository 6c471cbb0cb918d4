import { createHash } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import type { FromThread, ToThread } from './hash-thread.ts'
import { createSlabPool, type Slab, type SlabPool } from './slabs.ts'

export { SLAB_BYTES, type Slab, type SlabPool } from './slabs.ts'

/** Bytes under way in this process, in MiB: see `createSlabPool`. */
const SLABS = 64

/** Hashes of bytes as they pass, SHA-256 unless said, beside the thread that moves them. */
export type Hashing = {
  readonly slabs: SlabPool
  /** @param algorithm  one that `node:crypto` knows */
  open(algorithm?: string): HashStream
  /**
   * SHA-256 whose state can be kept and gone on with anywhere, at less than half the speed.
   *
   * @param state  what `save` of another gave; one that is not understood makes every call reject
   */
  openResumable(state?: Uint8Array): ResumableStream
  /** Ends the threads. Streams that are open reject. */
  close(): Promise<void>
}

/** One hash in progress. Its state lives in the thread's memory and is small: thousands may be open. */
export type HashStream = {
  /** Takes the slab's filled bytes; when it resolves the slab may be filled anew. Calls are kept in order. */
  update(slab: Slab): Promise<void>
  /** The hash of everything until now; more may follow. */
  digest(): Promise<Uint8Array>
  close(): void
}

export type ResumableStream = HashStream & {
  /** The state after everything until now; more may follow. */
  save(): Promise<Uint8Array>
}

/**
 * Starts hashing with so many threads, each begun when it is first needed. A stream stays on one thread.
 *
 * Two, not more: on the machines this is for, one thread hashes faster than a network brings bytes.
 */
export function createHashing(threads = 2): Hashing {
  const pool = Array.from({ length: threads }, createThread)
  let opened = 0
  const open = (how: Opening): ResumableStream => {
    opened += 1
    const thread = pool.reduce((idlest, each) => (each.load() < idlest.load() ? each : idlest))
    return openStream(thread, opened, how)
  }
  return {
    slabs: createSlabPool(SLABS),
    open: (algorithm = 'sha256') => open({ do: 'open', algorithm }),
    openResumable: (state) => open({ do: 'open-resumable', state }),
    async close() {
      await Promise.all(pool.map((thread) => thread.close()))
    },
  }
}

/** For bytes that are all at hand and few: the way to a thread and back would take longer. */
export const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()

type Opening = { do: 'open'; algorithm: string } | { do: 'open-resumable'; state: Uint8Array | undefined }

function openStream(thread: Thread, stream: number, how: Opening): ResumableStream {
  thread.tell({ ...how, stream })
  const life = thread.life()
  let isOpen = true
  thread.opened()
  const live = (): Thread => {
    // A thread that was begun anew knows nothing of this stream and would hash the rest as though it were all.
    if (!isOpen || thread.life() !== life) throw new Error('the hash in progress has been lost')
    return thread
  }
  return {
    async update(slab) {
      await live().ask({ do: 'update', stream, memory: slab.memory, start: 0, end: slab.length })
    },
    digest: async () => (await live().ask({ do: 'digest', stream })) ?? new Uint8Array(),
    save: async () => (await live().ask({ do: 'save', stream })) ?? new Uint8Array(),
    close() {
      if (!isOpen) return
      isOpen = false
      if (thread.life() === life) thread.tell({ do: 'close', stream })
      thread.closed()
    },
  }
}

type Thread = ReturnType<typeof createThread>
type Waiting = { resolve: (bytes: Uint8Array | undefined) => void; reject: (error: Error) => void }

/** One worker thread. It answers in order, so the answers are matched by counting. */
function createThread() {
  let worker: Worker | undefined
  let waiting: Waiting[] = []
  let streams = 0
  let life = 0

  const fail = (error: Error) => {
    worker = undefined
    life += 1
    const left = waiting
    waiting = []
    for (const each of left) each.reject(error)
  }
  const start = (): Worker => {
    const started = new Worker(new URL('./hash-thread.ts', import.meta.url))
    started.on('message', (message: FromThread) => {
      const asked = waiting.shift()
      if (message.failure === undefined) asked?.resolve(message.bytes)
      else asked?.reject(new Error(message.failure))
      if (waiting.length === 0) started.unref()
    })
    started.on('error', fail)
    started.on('exit', () => fail(new Error('the hashing thread has ended')))
    started.unref()
    return started
  }
  const tell = (message: ToThread) => (worker ??= start()).postMessage(message)

  return {
    tell,
    ask(message: ToThread): Promise<Uint8Array | undefined> {
      return new Promise((resolve, reject) => {
        tell(message)
        if (waiting.length === 0) worker?.ref()
        waiting.push({ resolve, reject })
      })
    },
    /** Another number each time the thread has ended, and with it every hash in progress. */
    life: () => life,
    load: () => waiting.length * 1000 + streams,
    opened: () => void (streams += 1),
    closed: () => void (streams -= 1),
    async close() {
      await worker?.terminate()
    },
  }
}
