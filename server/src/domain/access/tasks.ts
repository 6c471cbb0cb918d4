import { Type } from 'typebox'
import { inTransaction, rehearse, type Tx } from '../../platform/db/index.ts'
import { defineTask, type Tally } from '../../platform/jobs/index.ts'
import { deleteStaleReach } from './grants/store.ts'

const HOUR_MS = 3_600_000

/** Grants go with the person, team or link they were made to; what was written down of their reach goes at night. */
const sweepReach = defineTask({
  name: 'access.sweep-reach',
  payload: Type.Object({}),
  maxAttempts: 3,
  timeoutMs: HOUR_MS,
  cron: '41 2 * * *',
  upkeep: {
    title: 'Ended grants',
    lead: 'Deletes what was written down of how far grants reach, when the grant has gone with its person, team or link.',
    rehearse: ({ db }) => rehearse(db, sweepStale),
  },
  run: ({ db }) => inTransaction(db, sweepStale),
})

const sweepStale = async (tx: Tx): Promise<Tally> => [{ what: 'rows of reach', count: await deleteStaleReach(tx) }]

export const accessTasks = [sweepReach]
