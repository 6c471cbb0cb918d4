import { Type } from 'typebox'
import { inTransaction } from '../../../platform/db/index.ts'
import { defineTask } from '../../../platform/jobs/index.ts'
import { takeClaims } from './steps.ts'
import * as store from './store.ts'

const MINUTE_MS = 60_000
const AT_ONCE = 500

/** Files from before anybody asked them when they happened. */
export const dateFiles = defineTask({
  name: 'files.date',
  payload: Type.Object({}),
  maxAttempts: 5,
  timeoutMs: 60 * MINUTE_MS,
  cron: '17 3 * * *',
  upkeep: {
    title: 'Dates',
    lead: 'Takes when, where and with which camera files were made from what they say, for those that nobody has asked yet.',
    rehearse: async ({ db }) => [{ what: 'files dated', count: await store.countUndated(db) }],
  },

  async run(platform, _payload, signal, report) {
    let count = 0
    while (!signal.aborted) {
      const dated = await inTransaction(platform.db, async (tx) => {
        const ids = await store.lockUndated(tx, AT_ONCE)
        await takeClaims(tx, ids)
        return ids.length
      })
      count += dated
      report?.(count)
      if (dated < AT_ONCE) break
    }
    return [{ what: 'files dated', count }]
  },
})
