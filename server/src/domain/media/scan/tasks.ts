import { Id } from '@trove/contract/common'
import { Type } from 'typebox'
import { defineTask, type Task } from '../../../platform/jobs/index.ts'
import { countDue, scanAgain, scanDue, type Process } from './rescanning.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
/** Over before the next begins, unless one file takes longer than that. */
const BUDGET_MS = 45_000

/** @param process  what processes a version when it may be */
export function scanTasks(process: Process): { scanBlobAgain: Task; all: Task[] } {
  const sweepHeld = defineTask({
    name: 'media.scan-due',
    payload: Type.Object({}),
    maxAttempts: 1,
    timeoutMs: HOUR_MS,
    cron: '* * * * *',
    upkeep: {
      title: 'Virus scan',
      lead: 'Scans what could not be scanned when it came, and what is to be scanned again with newer signatures.',
      rehearse: async (platform) => [{ what: 'files scanned', count: await countDue(platform) }],
    },
    run: async (platform, _payload, signal) => [
      { what: 'files scanned', count: await scanDue(platform, { process, budgetMs: BUDGET_MS }, signal) },
    ],
  })
  const scanBlobAgain = defineTask({
    name: 'media.scan',
    payload: Type.Object({ blobId: Id }),
    maxAttempts: 3,
    timeoutMs: HOUR_MS,
    retryDelayMaxSeconds: MINUTE_MS / 1000,
    async run(platform, { blobId }, signal) {
      const outcome = await scanAgain(platform, { blobId, process }, signal)
      if (outcome === 'unreachable') throw new Error('the virus scanner cannot be reached')
    },
  })
  return { scanBlobAgain, all: [sweepHeld, scanBlobAgain] }
}
