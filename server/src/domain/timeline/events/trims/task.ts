import { Id } from '@trove/contract/common'
import { Type } from 'typebox'
import { defineTask } from '../../../../platform/jobs/index.ts'
import { fail, runTrim } from './running.ts'

const MINUTE_MS = 60_000

/** Cuts a clip out of a longer video. */
export const trimTask = defineTask({
  name: 'timeline.trim',
  payload: Type.Object({ trimId: Id }),
  maxAttempts: 4,
  timeoutMs: 15 * MINUTE_MS,
  isParallel: true,
  run: (platform, { trimId }, signal) => runTrim(platform, trimId, signal),
  exhausted: (platform, { trimId }, cause) =>
    fail(platform, trimId, `It could not be cut out: ${cause.message.replace(/\.$/, '')}.`),
})
