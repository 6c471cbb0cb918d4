import { quantile } from '../server/test/server.ts'

export const ROUNDS = 200
const WARM_UP = 10

/** Medians in milliseconds; one after another in each round, so that a busy moment of the machine is felt by all. */
export async function inTurn(
  acts: Record<string, (round: number) => Promise<unknown>>,
): Promise<Record<string, number>> {
  const times = new Map<string, number[]>(Object.keys(acts).map((name) => [name, []]))
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const [name, act] of Object.entries(acts)) {
      const startedAt = performance.now()
      await act(Math.max(0, round))
      if (round >= 0) times.get(name)?.push(performance.now() - startedAt)
    }
  }
  return Object.fromEntries([...times].map(([name, taken]) => [name, quantile(taken, 0.5)]))
}
