import { createHash } from 'node:crypto'
import { Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis, type RateLimiterAbstract } from 'rate-limiter-flexible'
import type { Log } from '../platform.ts'

/** So many in so many seconds. The name tells one limit from another, in headers and in Redis. */
export type Policy = { name: string; points: number; perSeconds: number }

/** Where counts are kept that several processes have in common. */
export type Limits = {
  /** undefined: each process counts for itself. */
  counterOf(policy: Policy): Counter | undefined
  close(): Promise<void>
}

export type Counter = Pick<RateLimiterAbstract, 'consume' | 'reward'>

const PREFIX = 'trove:limit'
/** A Redis that hangs is taken for one that is away: nobody waits longer for a count. */
const COMMAND_MS = 500
const CONNECT_MS = 2_000
const RECONNECT_MAX_MS = 5_000
const TELL_AGAIN_MS = 60_000

/**
 * Counts in Redis when there is one. While it is away each process counts in its own memory, with the same limits, so a
 * guesser gains at most one share for each process and nobody is let in uncounted.
 */
export function openLimits(redisUrl: string | undefined, log: Pick<Log, 'warn'>): Limits {
  if (redisUrl === undefined) return { counterOf: () => undefined, close: async () => undefined }
  const redis = new Redis(redisUrl, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_MS,
    connectTimeout: CONNECT_MS,
    retryStrategy: (times) => Math.min(times * 200, RECONNECT_MAX_MS),
  })
  let toldAt = 0
  redis.on('error', (err: Error) => {
    if (Date.now() - toldAt < TELL_AGAIN_MS) return
    toldAt = Date.now()
    log.warn({ err: err.message }, 'Redis cannot be reached; limits are counted in memory meanwhile')
  })
  const counters = new Map<string, Counter>()
  return {
    counterOf(policy) {
      const { name, points, perSeconds } = policy
      const key = `${name} ${points} ${perSeconds}`
      const counter = counters.get(key) ?? withoutNames(newCounter(redis, policy))
      counters.set(key, counter)
      return counter
    },
    async close() {
      redis.disconnect()
    },
  }
}

function newCounter(redis: Redis, { name, points, perSeconds }: Policy): Counter {
  return new RateLimiterRedis({
    storeClient: redis,
    keyPrefix: `${PREFIX}:${name}`,
    points,
    duration: perSeconds,
    rejectIfRedisNotReady: true,
    insuranceLimiter: new RateLimiterMemory({ points, duration: perSeconds }),
  })
}

/** Addresses of people and machines are nobody's business who looks into Redis. */
function withoutNames(counter: Counter): Counter {
  const keyOf = (key: string | number) => createHash('sha256').update(String(key)).digest('base64url').slice(0, 22)
  return {
    consume: (key, points) => counter.consume(keyOf(key), points),
    reward: (key, points) => counter.reward(keyOf(key), points),
  }
}
