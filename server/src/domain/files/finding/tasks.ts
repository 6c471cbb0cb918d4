import { Type } from 'typebox'
import { inTransaction } from '../../../platform/db/index.ts'
import { defineTask } from '../../../platform/jobs/index.ts'
import * as store from './store.ts'

const MINUTE_MS = 60_000
const FILES_AT_ONCE = 500
const DOCUMENTS_AT_ONCE = 20

/** Brings into the search table what was there before it, and what an organization has changed its language for. */
const renewFindings = defineTask({
  name: 'files.renew-findings',
  payload: Type.Object({}),
  maxAttempts: 5,
  timeoutMs: 60 * MINUTE_MS,
  cron: '*/10 * * * *',
  upkeep: {
    title: 'Search',
    lead: 'Writes the words of files that cannot be found yet: those from before an upgrade, or in another language than their organization now says.',
    rehearse: async ({ db }) => [{ what: 'files made findable', count: await store.countOutdated(db) }],
  },

  async run(platform, _payload, signal, report) {
    let count = 0
    let written = 0
    do {
      await inTransaction(platform.db, (tx) => store.renewDocuments(tx, DOCUMENTS_AT_ONCE))
      written = await inTransaction(platform.db, (tx) => store.renewOutdated(tx, FILES_AT_ONCE))
      count += written
      report?.(count)
    } while (!signal.aborted && written === FILES_AT_ONCE)
    return [{ what: 'files made findable', count }]
  },
})

export const findingTasks = [renewFindings]
