import { Problem } from '../../platform/problem.ts'

/** How long a request waits for the one before it to flush and let go, in this process or another. */
export const PATIENCE_MS = 5_000

/** The right to write to an upload. */
export type Turn = {
  /** Aborted when somebody newer wants the upload: whoever holds the turn flushes what it has and ends it. */
  readonly signal: AbortSignal
  end(): void
}

export type Turns = {
  /**
   * Interrupts whoever holds the turn and waits until it has let go. A half-open connection, which would never send
   * another byte, so never blocks the client that comes back.
   *
   * @param arrivedAt  when the request came, by `performance.now()`: one that was overtaken on its way here by a newer
   *                   one must not write behind its back, or the offset that was told to it would be wrong
   * @throws unavailable  it did not let go within `patienceMs`
   * @throws Overtaken
   */
  take(uploadId: string, patienceMs: number, arrivedAt?: number): Promise<Turn>
  isTaken(uploadId: string): boolean
  /** Somebody at another process wants it. */
  interrupt(uploadId: string): void
  /** Interrupts everybody and waits until all have let go, at most `patienceMs`. */
  interruptAll(patienceMs: number): Promise<void>
}

/** A newer request has had its turn: there is nobody left who waits for the response to this one. */
export class Overtaken extends Error {}

/** Longer than a request needs from its arrival to its turn. */
const REMEMBERED_MS = 60_000
const MANY = 10_000

type Held = { controller: AbortController; ended: Promise<void> }

/** One writer an upload; the newest wins. */
export function createTurns(): Turns {
  const lines = new Map<string, Held[]>()
  /** When the newest request came that had its turn, in that order. */
  const newest = new Map<string, number>()

  const remember = (uploadId: string, arrivedAt: number) => {
    newest.delete(uploadId)
    newest.set(uploadId, arrivedAt)
    for (const [id, at] of newest) {
      if (newest.size < MANY && at > arrivedAt - REMEMBERED_MS) return
      newest.delete(id)
    }
  }

  return {
    isTaken: (uploadId) => lines.has(uploadId),

    interrupt(uploadId) {
      for (const { controller } of lines.get(uploadId) ?? []) controller.abort()
    },

    async take(uploadId, patienceMs, arrivedAt = performance.now()) {
      if (arrivedAt < (newest.get(uploadId) ?? 0)) throw new Overtaken('a newer request has had its turn')
      remember(uploadId, arrivedAt)
      const line = lines.get(uploadId) ?? []
      lines.set(uploadId, line)
      for (const older of line) older.controller.abort()
      const before = line.at(-1)?.ended
      const controller = new AbortController()
      const { promise: ended, resolve } = Promise.withResolvers<void>()
      const own: Held = { controller, ended }
      line.push(own)
      const end = () => {
        const place = line.indexOf(own)
        if (place !== -1) line.splice(place, 1)
        if (line.length === 0 && lines.get(uploadId) === line) lines.delete(uploadId)
        resolve()
      }

      if (before === undefined || (await within(before, patienceMs))) return { signal: controller.signal, end }
      // Whoever comes after waits for the one that did not let go, as this one has.
      void before.then(end)
      throw new Problem('unavailable', 'The upload is still being written to; try again in a moment.', {
        retryAfterSeconds: 1,
      })
    },

    async interruptAll(patienceMs) {
      const all = [...lines.values()].flat()
      for (const { controller } of all) controller.abort()
      await within(Promise.all(all.map(({ ended }) => ended)), patienceMs)
    },
  }
}

/** Whether a promise settles in time. */
export async function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => resolve(false), ms)
  try {
    return await Promise.race([promise.then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}
