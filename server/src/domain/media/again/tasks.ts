import { Type } from 'typebox'
import { defineTask } from '../../../platform/jobs/index.ts'
import { makeLostAgain } from './operations.ts'

const HOUR_MS = 3_600_000

/** What was found to be lost while stored bytes were read again, and can be made of the originals. */
export const makeAgain = defineTask({
  name: 'media.make-again',
  payload: Type.Object({}),
  maxAttempts: 3,
  timeoutMs: 6 * HOUR_MS,
  cron: '*/10 * * * *',
  run: async (platform, _payload, signal) => {
    const made = await makeLostAgain(platform, signal)
    if (made.blobs > 0) platform.log.info(made, 'lost variants and copies have been made again')
  },
})
