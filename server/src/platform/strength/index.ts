import { Worker } from 'node:worker_threads'

/** How easily a password is guessed, from 0 (at once) to 4 (not in a lifetime), and why when it is easy. */
export type Strength = { score: number; reason?: string }
export type ToStrengthThread = { id: number; password: string; known: readonly string[] }
export type FromStrengthThread = Strength & { id: number }

/** Its dictionaries take some 60 MB: they are given back when nobody has asked for a while. */
const IDLE_MS = 30_000
/** A password that keeps it busy for longer is no simple one. */
const PATIENCE_MS = 5_000

let worker: Worker | undefined
let idle: NodeJS.Timeout | undefined
let nextId = 0
const waiting = new Map<number, PromiseWithResolvers<Strength>>()

/**
 * Judges a password in a thread beside the one that serves, for an intricate one takes half a second.
 *
 * @param known  what everybody could guess of whose it is: address, name
 */
export async function judgeStrength(password: string, known: readonly string[]): Promise<Strength> {
  clearTimeout(idle)
  worker ??= start()
  const id = nextId++
  const judged = Promise.withResolvers<Strength>()
  waiting.set(id, judged)
  worker.ref()
  worker.postMessage({ id, password, known } satisfies ToStrengthThread)
  const late = setTimeout(() => judged.resolve({ score: 4 }), PATIENCE_MS)
  try {
    return await judged.promise
  } finally {
    clearTimeout(late)
    waiting.delete(id)
    if (waiting.size === 0) rest()
  }
}

function rest(): void {
  worker?.unref()
  idle = setTimeout(() => {
    const spent = worker
    worker = undefined
    void spent?.terminate()
  }, IDLE_MS).unref()
}

function start(): Worker {
  const started = new Worker(new URL('./strength-thread.ts', import.meta.url))
  started.on('message', ({ id, ...strength }: FromStrengthThread) => waiting.get(id)?.resolve(strength))
  const lose = (error: Error) => {
    if (worker !== started) return
    worker = undefined
    for (const each of waiting.values()) each.reject(error)
  }
  started.on('error', lose)
  started.on('exit', () => lose(new Error('the thread that judges passwords has ended')))
  return started
}
