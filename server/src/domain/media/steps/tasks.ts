import { Id } from '@trove/contract/common'
import { StepName } from '@trove/contract/processing'
import { Type } from 'typebox'
import { defineTask } from '../../../platform/jobs/index.ts'
import { laterSteps } from './all.ts'
import { giveUpStep, runStep } from './running.ts'
import type { Step } from './step.ts'

const HOUR_MS = 3_600_000
const MAX_ATTEMPTS = 4
/** A step has its own, shorter limit, which begins when it does: until then a job may wait long for its turn. */
const PATIENCE_MS = 23 * HOUR_MS

/** Each step with the task that runs it. */
export const steps = laterSteps.map((step) => ({
  step,
  task: defineTask({
    name: `media.${step.name}`,
    payload: Type.Object({ blobId: Id }),
    maxAttempts: MAX_ATTEMPTS,
    timeoutMs: PATIENCE_MS,
    isParallel: true,
    atMost: (slots) => placesOf(step, slots),
    run: (platform, { blobId }, signal) => runStep(platform, step, { blobId }, signal),
    exhausted: (platform, { blobId }, cause) => giveUpStep(platform, step, blobId, cause),
  }),
}))

/**
 * Half of the worker's slots, so that those who wait for a media child are few and each step comes to its turn. Of what
 * takes long there is one place more, which one organization alone never has.
 */
export function placesOf({ weight = 'light' }: Pick<Step, 'weight'>, slots: number) {
  const half = Math.max(1, Math.floor(slots / 2))
  return weight === 'heavy' ? { atOnce: half + 1, ofOneGroup: half } : { atOnce: half, ofOneGroup: half }
}

/**
 * A step that somebody waits for. It has a queue of its own, so that no place of another is needed; when it fails here,
 * the job that was there before tries again.
 */
export const lookedAt = defineTask({
  name: 'media.looked-at',
  payload: Type.Object({ blobId: Id, step: StepName }),
  maxAttempts: 1,
  timeoutMs: PATIENCE_MS,
  isParallel: true,
  atMost: (slots) => ({ atOnce: slots + 2, ofOneGroup: slots + 2 }),
  async run(platform, { blobId, step: name }, signal) {
    const found = steps.find(({ step }) => step.name === name)
    if (found !== undefined) await runStep(platform, found.step, { blobId, isUrgent: true }, signal)
  },
})

export const stepTasks = [...steps.map(({ task }) => task), lookedAt]
