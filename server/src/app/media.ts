import { stepNames, type StepName } from '@trove/contract/processing'
import { getProcessing, oldFiles, processVersion, runStepAgain } from '../domain/media/index.ts'
import { connect } from '../platform/db/index.ts'
import { createJobs } from '../platform/jobs/index.ts'
import type { Log } from '../platform/platform.ts'
import { Problem } from '../platform/problem.ts'
import type { ConnectedConfig } from './part.ts'

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const USAGE = `media knows:
  media steps                     what waits, runs and has failed of each step
  media again <step> [--dry-run]  ask for a step over old files; the worker does it after everything else`

type Words = { what: 'steps' } | { what: 'again'; step: StepName; isDryRun: boolean }

/**
 * What `npm run trove media` does, while everybody works.
 *
 * @returns the exit code: 0 well, 1 refused, 2 not understood
 */
export async function runMedia(
  config: ConnectedConfig,
  words: readonly string[],
  say: (line: string) => void,
): Promise<number> {
  const wanted = parse(words)
  if (wanted === undefined) {
    say(USAGE)
    return 2
  }
  const db = connect(config.databaseUrl, { poolSize: 2, prepare: config.prepare, onIdleError: () => undefined })
  const connectionString = config.databaseDirectUrl ?? config.databaseUrl
  const jobs = await createJobs({ connectionString, log: SILENT })
  try {
    if (wanted.what === 'steps') await tellSteps({ db, jobs }, say)
    else {
      const { count } = await runStepAgain({ db, jobs }, oldFiles, undefined, wanted)
      say(`${wanted.step} ${wanted.isDryRun ? 'would be' : 'is'} asked for over ${count} old files.`)
    }
    return 0
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    say(error.message)
    return 1
  } finally {
    await jobs.close()
    await db.destroy()
  }
}

async function tellSteps(machines: Parameters<typeof getProcessing>[0], say: (line: string) => void): Promise<void> {
  const { steps } = await getProcessing(machines, processVersion)
  for (const { name, waiting, running, failed, doneInHour, paused, again } of steps) {
    const state = paused === undefined ? '' : ', paused'
    const old =
      again !== undefined && again.endedAt === undefined ? `, ${again.seenCount} of ${again.totalCount} old files` : ''
    say(
      `${name.padEnd(10)}${waiting} waiting, ${running} running, ${failed} failed, ${doneInHour} in the last hour${state}${old}`,
    )
  }
}

function parse(words: readonly string[]): Words | undefined {
  const [first, step, ...rest] = words
  if (first === 'steps' && words.length === 1) return { what: 'steps' }
  const isDryRun = rest.length === 1 && rest[0] === '--dry-run'
  if (first !== 'again' || !isStep(step) || (rest.length > 0 && !isDryRun)) return undefined
  return { what: 'again', step, isDryRun }
}

const isStep = (word: string | undefined): word is StepName => stepNames.some((name) => name === word)
