import { Type } from 'typebox'
import { defineTask } from '../../../platform/jobs/index.ts'
import { makeLostAgain } from './operations.ts'
import { countLost } from './store.ts'

const HOUR_MS = 3_600_000

/** What was found to be lost while stored bytes were read again, and can be made of the originals. */
export const makeAgain = defineTask({
  name: 'media.make-again',
  payload: Type.Object({}),
  maxAttempts: 3,
  timeoutMs: 6 * HOUR_MS,
  cron: '*/10 * * * *',
  upkeep: {
    title: 'Lost previews',
    lead: 'Makes previews and copies again that were found to be lost, where the original is whole.',
    rehearse: async ({ db }) => [{ what: 'originals looked after', count: await countLost(db) }],
  },
  run: async (platform, _payload, signal) => {
    const made = await makeLostAgain(platform, signal)
    if (made.blobs > 0) platform.log.info(made, 'lost variants and copies have been made again')
    return [
      { what: 'originals looked after', count: made.blobs },
      { what: 'previews made', count: made.variants },
      { what: 'copies made', count: made.copies },
      { what: 'could not be made', count: made.failed, isFault: true },
    ]
  },
})
