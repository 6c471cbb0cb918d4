import { Problem } from '../../platform/problem.ts'

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
   * @throws unavailable  it did not let go within `patienceMs`
   */
  take(uploadId: string, patienceMs: number): Promise<Turn>
  isTaken(uploadId: string): boolean
  /** Interrupts everybody and waits until all have let go, at most `patienceMs`. */
  interruptAll(patienceMs: number): Promise<void>
}

type Held = { controller: AbortController; ended: Promise<void> }

/** One writer an upload; the newest wins. */
export function createTurns(): Turns {
  const lines = new Map<string, Held[]>()

  return {
    isTaken: (uploadId) => lines.has(uploadId),

    async take(uploadId, patienceMs) {
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
