/** A part of a video that becomes a clip, in milliseconds from its beginning. */
export type Part = { startMs: number; endMs: number }
/** How long the video is, and how long a clip may be. */
export type Bounds = { durationMs: number; limitMs: number }

/** A shorter one could hardly be seen. */
const SHORTEST_MS = 500

/** As much from the beginning as a clip may be long. */
export const firstPart = ({ durationMs, limitMs }: Bounds): Part => ({
  startMs: 0,
  endMs: Math.min(durationMs, limitMs),
})

/** Begins elsewhere: the end stays where it is as long as the part is neither too long nor too short then. */
export function beginAt({ endMs }: Part, wantedMs: number, bounds: Bounds): Part {
  const shortest = Math.min(SHORTEST_MS, bounds.durationMs)
  const startMs = within(wantedMs, 0, bounds.durationMs - shortest)
  return { startMs, endMs: within(endMs, startMs + shortest, Math.min(startMs + bounds.limitMs, bounds.durationMs)) }
}

/** The same of its end. */
export function endAt({ startMs }: Part, wantedMs: number, bounds: Bounds): Part {
  const shortest = Math.min(SHORTEST_MS, bounds.durationMs)
  const endMs = within(wantedMs, shortest, bounds.durationMs)
  return { startMs: within(startMs, Math.max(0, endMs - bounds.limitMs), endMs - shortest), endMs }
}

const within = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value))
