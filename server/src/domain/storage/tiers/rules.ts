/** What is believed of a cold tier until one original has come back from it. */
const FIRST_BYTES_PER_SECOND = 25_000_000
/** Until the job is taken up. */
const START_SECONDS = 1

/**
 * How long somebody waits for an original, in whole seconds.
 *
 * @param bytesBefore     its own and those of all that were asked for earlier; 0: it is there
 * @param bytesPerSecond  as the last ones came
 */
export function secondsUntilBack(bytesBefore: number, bytesPerSecond = FIRST_BYTES_PER_SECOND): number {
  if (bytesBefore === 0) return 0
  return START_SECONDS + Math.ceil(bytesBefore / Math.max(1, bytesPerSecond))
}

/** `about 20 s`, `about 3 min`. */
export const waitWords = (seconds: number): string =>
  seconds < 90 ? `about ${seconds} s` : `about ${Math.round(seconds / 60)} min`
