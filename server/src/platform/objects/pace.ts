import { setTimeout as delay } from 'node:timers/promises'

/** Keeps work below a rate. */
export type Pace = {
  /** Resolves when so many bytes more may pass. Rejects with the signal's reason when that comes first. */
  take(bytes: number, signal?: AbortSignal): Promise<void>
}

/** Waits shorter than this are not worth their timers. */
const SHORTEST_WAIT_MS = 5
/** What was not used for so long is not made up for. */
const MOST_SAVED_MS = 1_000

/** @param bytesPerSecond  undefined: as fast as it goes */
export function createPace(bytesPerSecond: number | undefined, now: () => number = () => performance.now()): Pace {
  let free = now()
  return {
    async take(bytes, signal) {
      signal?.throwIfAborted()
      if (bytesPerSecond === undefined) return
      free = Math.max(free, now() - MOST_SAVED_MS) + (bytes / bytesPerSecond) * 1000
      const waitMs = free - now()
      if (waitMs < SHORTEST_WAIT_MS) return
      await delay(waitMs, undefined, { signal }).catch((error: unknown) => {
        throw signal?.aborted === true ? (signal.reason as Error) : error
      })
    },
  }
}
