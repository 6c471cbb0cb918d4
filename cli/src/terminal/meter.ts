const WINDOW_MS = 5_000

/** How fast bytes move: over the last few seconds, so that a pause is seen as one. */
export type Meter = {
  add(bytes: number): void
  bytesPerSecond(): number
}

export function createMeter(now: () => number = () => performance.now()): Meter {
  const startedAt = now()
  let marks: { at: number; bytes: number }[] = []
  return {
    add(bytes) {
      const last = marks.at(-1)
      const at = now()
      // A tenth of a second a mark, however small the pieces are.
      if (last !== undefined && at - last.at < 100) last.bytes += bytes
      else marks.push({ at, bytes })
    },
    bytesPerSecond() {
      const at = now()
      marks = marks.filter((mark) => at - mark.at < WINDOW_MS)
      const spanMs = Math.max(500, Math.min(WINDOW_MS, at - startedAt))
      return (marks.reduce((sum, { bytes }) => sum + bytes, 0) / spanMs) * 1000
    },
  }
}
