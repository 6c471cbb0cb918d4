import { Type } from 'typebox'
import { inTransaction } from '../../../platform/db/index.ts'
import { defineTask } from '../../../platform/jobs/index.ts'
import * as kept from './kept/store.ts'

const MINUTE_MS = 60_000

/** Keeps what the timeline sums up short. Run twice at once, each change is folded once. */
const foldChanges = defineTask({
  name: 'timeline.fold-changes',
  payload: Type.Object({}),
  maxAttempts: 3,
  timeoutMs: 5 * MINUTE_MS,
  cron: '*/5 * * * *',
  upkeep: {
    title: 'Numbers of the timeline',
    lead: 'Adds up how many pictures and videos have come to each day and have left it.',
    rehearse: async ({ db }) => [{ what: 'changes added up', count: await kept.countChanges(db) }],
  },

  async run(platform) {
    return [{ what: 'changes added up', count: await inTransaction(platform.db, kept.foldChanges) }]
  },
})

export const tasks = [foldChanges]
