import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { Problem } from '../problem.ts'

/** Counts what a key does in a window of time. In the memory of this process. */
export type Limiter = {
  /** @throws too-many-requests  with `retryAfterSeconds` */
  take(key: string): Promise<void>
  /** Gives one back: what was counted turned out not to count. */
  giveBack(key: string): Promise<void>
}

/** @param what  completes the sentence "Too many …" */
export function createLimiter(points: number, perSeconds: number, what: string): Limiter {
  const memory = new RateLimiterMemory({ points, duration: perSeconds })
  return {
    async take(key) {
      try {
        await memory.consume(key)
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused
        const retryAfterSeconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1000))
        throw new Problem('too-many-requests', `Too many ${what}. Try again in ${retryAfterSeconds} s.`, {
          retryAfterSeconds,
        })
      }
    },
    async giveBack(key) {
      await memory.reward(key)
    },
  }
}
