import { Problem } from '../problem.ts'

/** Lets so many in at a time; the others wait in the order in which they came. */
export type Gate = { through<T>(work: () => Promise<T>): Promise<T> }

/**
 * @param places  how many at a time
 * @param patienceMs  how long one waits for a place
 * @throws unavailable  from `through`, when no place became free in time
 */
export function createGate(places: number, patienceMs: number): Gate {
  const waiting = new Set<() => void>()
  let free = places

  async function enter(): Promise<void> {
    if (free > 0) {
      free -= 1
      return
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    waiting.add(resolve)
    const timer = setTimeout(() => {
      if (waiting.delete(resolve))
        reject(new Problem('unavailable', 'Too much is being written at the moment; try again.'))
    }, patienceMs)
    await promise.finally(() => clearTimeout(timer))
  }

  function leave() {
    const [next] = waiting
    if (next === undefined) {
      free += 1
      return
    }
    waiting.delete(next)
    next()
  }

  return {
    async through(work) {
      await enter()
      try {
        return await work()
      } finally {
        leave()
      }
    },
  }
}
