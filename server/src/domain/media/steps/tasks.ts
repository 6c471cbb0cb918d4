import { Id } from '@trove/contract/common'
import { Type } from 'typebox'
import { defineTask } from '../../../platform/jobs/index.ts'
import { laterSteps } from './all.ts'
import { giveUpStep, runStep } from './running.ts'

const MAX_ATTEMPTS = 4

/** Each step with the task that runs it. */
export const steps = laterSteps.map((step) => ({
  step,
  task: defineTask({
    name: `media.${step.name}`,
    payload: Type.Object({ blobId: Id }),
    maxAttempts: MAX_ATTEMPTS,
    timeoutMs: step.timeoutMs,
    isParallel: true,
    run: (platform, { blobId }, signal) => runStep(platform, step, blobId, signal),
    exhausted: (platform, { blobId }, cause) => giveUpStep(platform, step, blobId, cause),
  }),
}))

export const stepTasks = steps.map(({ task }) => task)
