import { createLimiter, type Limiter } from '../../platform/http/limiter.ts'

const MINUTE_SECONDS = 60
const HOUR_SECONDS = 60 * MINUTE_SECONDS
const DAY_SECONDS = 24 * HOUR_SECONDS
/** How many times the count of a minute fit into an hour and a day: whoever goes on guessing waits longer and longer. */
const HOURLY = 5
const DAILY = 20

/** @param what  completes the sentence "Too many …" */
export function createAttempts(perMinute: number, what: string): Limiter {
  const windows = [
    createLimiter(perMinute, MINUTE_SECONDS, what),
    createLimiter(perMinute * HOURLY, HOUR_SECONDS, what),
    createLimiter(perMinute * DAILY, DAY_SECONDS, what),
  ]
  return {
    async take(key) {
      for (const window of windows) await window.take(key)
    },
    async giveBack(key) {
      for (const window of windows) await window.giveBack(key)
    },
  }
}

/**
 * Takes one attempt of each, before what was given is looked at, so that parallel guesses count too. Gives them back
 * when it was right, and when it could not be looked at.
 */
export async function counted<T>(
  counts: readonly (readonly [Limiter, string])[],
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  for (const [limiter, key] of counts) await limiter.take(key)
  const giveBack = async () => {
    for (const [limiter, key] of counts) await limiter.giveBack(key)
  }
  const found = await look().catch(async (error: unknown) => {
    await giveBack()
    throw error
  })
  if (found !== undefined) await giveBack()
  return found
}

/** The counts that signing in keeps: failures of an account, from an address, and of second factors. */
export function createSignInCounts(perMinute: number) {
  return {
    failuresOfAccount: createAttempts(perMinute, 'failed sign-ins to this account'),
    failuresOfAddress: createAttempts(perMinute, 'failed sign-ins from this address'),
    failuresOfCode: createAttempts(Math.max(1, Math.min(perMinute, CODES_PER_MINUTE)), 'wrong codes for this account'),
  }
}
export type SignInCounts = ReturnType<typeof createSignInCounts>

/** Three of a million codes are right at any moment: five guesses a minute, a hundred a day. */
const CODES_PER_MINUTE = 5
