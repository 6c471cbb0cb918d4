import { Timestamp } from '@trove/contract/common'
import { FailureReason, StepName } from '@trove/contract/processing'
import { Type } from 'typebox'
import { defineTask, type Task } from '../../../platform/jobs/index.ts'
import { askOverOldFiles, countAsked } from '../old-files/asking.ts'
import { retryFailedSteps } from './retrying.ts'

const HOUR_MS = 3_600_000
/** Over before the clock starts the next. */
const BUDGET_MS = 50_000

/** @param process  what processes a version */
export function consoleTasks(process: Task): { retryFailed: Task; oldFiles: Task; all: Task[] } {
  const retryFailed = defineTask({
    name: 'media.retry-failed',
    payload: Type.Object({
      step: Type.Optional(StepName),
      reason: Type.Optional(FailureReason),
      before: Timestamp,
    }),
    maxAttempts: 5,
    timeoutMs: HOUR_MS,
    async run(platform, { before, ...which }, signal) {
      await retryFailedSteps(platform, process, { ...which, before: new Date(before) }, signal)
    },
  })
  const oldFiles = defineTask({
    name: 'media.old-files',
    payload: Type.Object({}),
    maxAttempts: 1,
    timeoutMs: HOUR_MS,
    cron: '* * * * *',
    upkeep: {
      title: 'Steps over old files',
      lead: 'Asks for the steps that were wanted over old files, a few hundred at a time.',
      rehearse: async ({ db }) => [{ what: 'steps asked for', count: await countAsked(db) }],
    },
    run: async (platform, _payload, signal) => [
      { what: 'steps asked for', count: await askOverOldFiles(platform, { budgetMs: BUDGET_MS }, signal) },
    ],
  })
  return { retryFailed: retryFailed as Task, oldFiles, all: [retryFailed as Task, oldFiles] }
}
