import type { Pace } from '@trove/contract/upload-sessions'

const WINDOW_MS = 8_000
const SAMPLE_MS = 200
/** A shorter measurement says more about buffers than about the line. */
const SHORTEST_MS = 700
/** So long nothing may come before it is said that nothing comes. */
const WAITING_AFTER_MS = 3_000

/** Measures how fast bytes come, over the last seconds. Time is given to it, so that it can be tested. */
export type Meter = {
  /** @param bytes that have come since the last call, those that come a second time too */
  add(bytes: number, nowMs: number): void
  /** @param bytesLeft  undefined while more is to come than anybody has said */
  pace(bytesLeft: number | undefined, nowMs: number): Pace
}

export function createMeter(startedAtMs: number): Meter {
  // Cumulative bytes at instants at least SAMPLE_MS apart; the last one is kept current.
  let samples: { atMs: number; total: number }[] = []
  let total = 0
  let movedAtMs = startedAtMs

  const forget = (nowMs: number) => {
    const kept = samples.findIndex(({ atMs }) => atMs >= nowMs - WINDOW_MS)
    // When nothing has come for a whole window the next byte begins a new measurement.
    samples = kept === -1 ? [] : samples.slice(kept)
  }

  return {
    add(bytes, nowMs) {
      if (bytes <= 0) return
      forget(nowMs)
      if (samples.length === 0) samples.push({ atMs: nowMs, total })
      total += bytes
      movedAtMs = nowMs
      const [before, last] = [samples.at(-2), samples.at(-1)]
      if (last !== undefined && before !== undefined && nowMs - before.atMs < SAMPLE_MS) {
        last.atMs = nowMs
        last.total = total
      } else samples.push({ atMs: nowMs, total })
    },
    pace(bytesLeft, nowMs) {
      forget(nowMs)
      const isWaiting = bytesLeft !== 0 && nowMs - movedAtMs >= WAITING_AFTER_MS
      const [first] = samples
      const elapsedMs = first === undefined ? 0 : nowMs - first.atMs
      const isKnown = !isWaiting && first !== undefined && elapsedMs >= SHORTEST_MS
      const bytesPerSecond = isKnown ? Math.round(((total - first.total) / elapsedMs) * 1000) : 0
      return {
        bytesPerSecond,
        ...(bytesPerSecond > 0 && bytesLeft !== undefined && { secondsLeft: Math.ceil(bytesLeft / bytesPerSecond) }),
        isWaiting,
      }
    },
  }
}
