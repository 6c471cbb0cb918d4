const WINDOW_MS = 8_000
const SAMPLE_MS = 200
/** A shorter measurement says more about buffers than about the line. */
const SHORTEST_MS = 700

/** Measures speed over the last seconds. */
export type Meter = {
  /** @param bytes sent since the last call */
  add(bytes: number, nowMs: number): void
  /** Bytes per second; 0 while it is too early to say, or when nothing has moved for the whole window. */
  rate(nowMs: number): number
}

export function createMeter(): Meter {
  // Cumulative bytes at instants at least SAMPLE_MS apart; the last one is kept current.
  let samples: { atMs: number; total: number }[] = []
  let total = 0

  return {
    add(bytes, nowMs) {
      if (samples.length === 0) samples.push({ atMs: nowMs, total: 0 })
      total += Math.max(0, bytes)
      const last = samples.at(-1)
      const before = samples.at(-2)
      if (last !== undefined && before !== undefined && nowMs - before.atMs < SAMPLE_MS) {
        last.atMs = nowMs
        last.total = total
      } else samples.push({ atMs: nowMs, total })
      forget(nowMs)
    },
    rate(nowMs) {
      forget(nowMs)
      const first = samples[0]
      if (first === undefined) return 0
      const elapsedMs = nowMs - first.atMs
      return elapsedMs < SHORTEST_MS ? 0 : ((total - first.total) / elapsedMs) * 1000
    },
  }

  function forget(nowMs: number): void {
    const kept = samples.findIndex((sample) => sample.atMs >= nowMs - WINDOW_MS)
    if (kept > 0) samples = samples.slice(kept)
    // Nothing has moved for a whole window: the next byte begins a new measurement.
    if (kept === -1) samples = []
  }
}

/** Seconds until `bytes` more are sent; undefined while the speed is not known. */
export function secondsLeft(bytes: number, bytesPerSecond: number): number | undefined {
  return bytesPerSecond <= 0 ? undefined : bytes / bytesPerSecond
}
