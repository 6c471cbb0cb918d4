import { Type } from 'typebox'
import { inTransaction } from '../../../platform/db/index.ts'
import { defineTask } from '../../../platform/jobs/index.ts'
import { KEPT_HOURS } from './operations.ts'
import * as store from './store.ts'

const MINUTE_MS = 60_000
const AT_ONCE = 20

/** What files were before a change is kept for as long as the change can be undone. */
export const forgetChanges = defineTask({
  name: 'files.forget-changes',
  payload: Type.Object({}),
  maxAttempts: 5,
  timeoutMs: 30 * MINUTE_MS,
  cron: '7 3 * * *',
  upkeep: {
    title: 'Changes that can be undone',
    lead: 'Forgets what files were before they were tagged, described, dated, moved or shared together, a day after it.',
    rehearse: async ({ db }) => [{ what: 'changes forgotten', count: await store.countOldChanges(db, KEPT_HOURS) }],
  },

  async run(platform, _payload, signal, report) {
    let count = 0
    while (!signal.aborted) {
      const gone = await inTransaction(platform.db, (tx) => store.deleteOldChanges(tx, KEPT_HOURS, AT_ONCE))
      count += gone
      report?.(count)
      if (gone < AT_ONCE) break
    }
    return [{ what: 'changes forgotten', count }]
  },
})
