import { Id } from '@trove/contract/common'
import { Type } from 'typebox'
import { defineTask } from '../../../platform/jobs/index.ts'
import { makeBareCopy, withhold } from './operations.ts'

const HOUR_MS = 3_600_000

/** Makes the copy of an original that has no metadata. May be killed at any line and run again. */
export const makeBare = defineTask({
  name: 'media.make-bare',
  payload: Type.Object({ blobId: Id }),
  maxAttempts: 4,
  timeoutMs: 6 * HOUR_MS,
  isParallel: true,

  run: (platform, { blobId }, signal) => makeBareCopy(platform, blobId, signal),
  exhausted: (platform, { blobId }, cause) => withhold(platform, blobId, cause),
})
