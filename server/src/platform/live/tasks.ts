import { Type } from 'typebox'
import { inTransaction, rehearse, type Tx } from '../db/index.ts'
import { defineTask, type Tally } from '../jobs/index.ts'
import * as store from './store.ts'

const MINUTE_MS = 60_000
/** Events are for catching up: whoever was away for longer asks for everything again. */
const KEPT_HOURS = 48

const forgetEvents = defineTask({
  name: 'live.forget-events',
  payload: Type.Object({}),
  maxAttempts: 3,
  timeoutMs: 10 * MINUTE_MS,
  cron: '47 * * * *',
  upkeep: {
    title: 'Live events',
    lead: `Deletes announcements of ${KEPT_HOURS} hours ago and older: whoever was away for longer reads everything anew.`,
    rehearse: ({ db }) => rehearse(db, forget),
  },
  run: ({ db }) => inTransaction(db, forget),
})

const forget = async (tx: Tx): Promise<Tally> => [
  { what: 'events', count: await store.deleteOldEvents(tx, KEPT_HOURS) },
]

export const liveTasks = [forgetEvents]
