const LOOK_EVERY_MS = 1_500
const FIRST_LANES = 4
const MOST_LANES = 12
/** More at a time is worth it when it is faster by so much. */
const GAIN = 1.1

/** How many files move at a time. */
export type Lanes = {
  /** Some bytes, or a file, have moved. */
  moved(bytes: number): void
  /** The server or the network has had enough. */
  tooMany(): void
  limit(): number
}

/** As many as were asked for, or as many as make it faster: one small file counts like so many bytes of a large one. */
export function openLanes(fixed: number | undefined, now: () => number = () => performance.now()): Lanes {
  if (fixed !== undefined) return { moved: () => undefined, tooMany: () => undefined, limit: () => fixed }
  let limit = FIRST_LANES
  let best = 0
  let movedBytes = 0
  let sinceMs = now()
  return {
    moved(bytes) {
      movedBytes += bytes
      const spanMs = now() - sinceMs
      if (spanMs < LOOK_EVERY_MS) return
      const rate = movedBytes / spanMs
      if (rate > best * GAIN && limit < MOST_LANES) limit += 2
      best = Math.max(best * 0.95, rate)
      movedBytes = 0
      sinceMs = now()
    },
    tooMany() {
      limit = Math.max(1, Math.floor(limit / 2))
      best = Number.POSITIVE_INFINITY
    },
    limit: () => limit,
  }
}

/** Works on everything in its order, so many at a time as there are lanes at the moment, until `isOver`. */
export async function inLanes<T>(
  all: readonly T[],
  { limit, isOver }: { limit: () => number; isOver: () => boolean },
  work: (one: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>()
  let next = 0
  while (next < all.length && !isOver()) {
    while (running.size < limit() && next < all.length) {
      const one = all[next++] as T
      const working: Promise<void> = work(one).finally(() => running.delete(working))
      running.add(working)
    }
    await Promise.race(running)
  }
  await Promise.all(running)
}
