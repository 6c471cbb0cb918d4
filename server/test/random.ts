/** Chance that can be repeated: the same seed gives the same run. */
export type Random = {
  /** From 0 up to 1. */
  share(): number
  /** A whole number from 0 up to `below`. */
  below(below: number): number
  pick<T>(among: readonly T[]): T
  chance(probability: number): boolean
}

/** Mulberry32: 32 bits of state, enough to choose test cases by. */
export function randomOf(seed: number): Random {
  let state = seed | 0
  const share = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(share() * limit)
  return {
    share,
    below,
    pick: (among) => among[below(among.length)] as never,
    chance: (probability) => share() < probability,
  }
}
