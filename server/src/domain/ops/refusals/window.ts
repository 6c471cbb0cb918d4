/** What one key may have written out in a window; what comes beyond is counted. */
export type Window<T> = {
  /** True when it is to be written out now; otherwise it has been counted. */
  admit(key: string, told: T): boolean
  /** Counts it, for whoever has no room to write. */
  count(key: string, told: T): void
  /** What was only counted in windows that are over, each key once. `all`: also in those that are not. */
  takeCounted(which: 'over' | 'all'): { last: T; count: number }[]
}

type Counting<T> = { admitted: number; counted: number; last: T; until: number }

/** So many different keys are told apart; whoever comes after shares one. */
const MOST_KEYS = 2_000
const OTHERS = 'others'

/**
 * Keeps a flood from filling the disk: of each key the first few in a window are written out, the rest become one line
 * with a count; and all keys together have a bound too, because addresses cost nothing.
 */
export function createWindow<T>(bounds: { perKey: number; inAll: number; windowMs: number }): Window<T> {
  const { perKey, inAll, windowMs } = bounds
  const keys = new Map<string, Counting<T>>()
  let all = { admitted: 0, until: 0 }

  function countingOf(key: string, told: T, now: number): Counting<T> {
    const name = keys.has(key) || keys.size < MOST_KEYS ? key : OTHERS
    const known = keys.get(name)
    const isOver = known === undefined || (known.until <= now && known.counted === 0)
    const counting = isOver ? { admitted: 0, counted: 0, last: told, until: now + windowMs } : known
    keys.set(name, counting)
    counting.last = told
    return counting
  }

  return {
    count(key, told) {
      countingOf(key, told, Date.now()).counted += 1
    },
    admit(key, told) {
      const now = Date.now()
      if (all.until <= now) all = { admitted: 0, until: now + windowMs }
      const counting = countingOf(key, told, now)
      const isAdmitted = counting.until > now && counting.admitted < perKey && all.admitted < inAll
      if (isAdmitted) {
        counting.admitted += 1
        all.admitted += 1
      } else counting.counted += 1
      return isAdmitted
    },
    takeCounted(which) {
      const now = Date.now()
      const taken: { last: T; count: number }[] = []
      for (const [key, { counted, last, until }] of keys) {
        if (which === 'over' && until > now) continue
        keys.delete(key)
        if (counted > 0) taken.push({ last, count: counted })
      }
      return taken
    },
  }
}
