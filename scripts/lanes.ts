import { availableParallelism } from 'node:os'
import { failuresOf, runNodeTests, type Count } from './run.ts'

/** More of them would starve what tests wait for: each starts servers, databases and browsers of its own. */
const LANES = Math.min(2, availableParallelism())

/** What a lane has for as long as it lasts, given to all that it runs: a database, or nothing. */
type Lane = (work: (env: NodeJS.ProcessEnv) => Promise<void>) => Promise<void>

/**
 * Runs batches of test files, each batch in a process of its own, a few side by side until none is left.
 *
 * @param timeoutMs  for one batch
 */
export async function testInLanes(
  batches: readonly (readonly string[])[],
  timeoutMs: number,
  lane: Lane = (work) => work({}),
): Promise<Count & { readonly output: string }> {
  const left = [...batches]
  const sum = { passed: 0, failed: 0, output: '' }
  const run = () =>
    lane(async (env) => {
      for (let batch = left.shift(); batch !== undefined; batch = left.shift()) {
        const { passed, failed, output } = await runNodeTests(batch, { env, timeoutMs })
        sum.passed += passed
        sum.failed += failed
        if (failed > 0) sum.output += `${batch.join(' ')}\n${failuresOf(output)}\n`
      }
    })
  await Promise.all(Array.from({ length: LANES }, run))
  return sum
}

/** Neighbours are alike, and alike slow: dealt out like cards, so that no batch has all of them. */
export function deal(files: readonly string[], count: number): string[][] {
  return Array.from({ length: count }, (_, first) => files.filter((_, i) => i % count === first))
}
