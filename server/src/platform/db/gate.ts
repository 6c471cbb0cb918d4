import { Problem } from '../problem.ts'

/** Lets so many in at a time; the others wait in the order in which they came. */
export type Gate = { through<T>(work: () => Promise<T>): Promise<T> }

/** However well it goes on, nobody waits longer than a client would. */
const LONGEST_WAIT_MS = 30_000

/**
 * @param places  how many at a time
 * @param patienceMs  how long nothing may move while one waits for a place
 * @throws unavailable  from `through`, when nothing moved for so long
 */
export function createGate(places: number, patienceMs: number): Gate {
  const waiting = new Set<() => void>()
  let free = places
  let movedAt = 0

  async function enter(): Promise<void> {
    if (free > 0) {
      free -= 1
      return
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    waiting.add(resolve)
    const cameAt = Date.now()
    const look = () => {
      const now = Date.now()
      const leftMs = Math.min(Math.max(cameAt, movedAt) + patienceMs, cameAt + LONGEST_WAIT_MS) - now
      if (leftMs > 0) return void (timer = setTimeout(look, leftMs))
      if (waiting.delete(resolve))
        reject(new Problem('unavailable', 'Too much is being written at the moment; try again.'))
    }
    let timer = setTimeout(look, patienceMs)
    await promise.finally(() => clearTimeout(timer))
  }

  function leave() {
    movedAt = Date.now()
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
