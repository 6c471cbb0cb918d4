import { Type } from 'typebox'
import { inTransaction } from '../db/index.ts'
import { defineTask } from '../jobs/index.ts'
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
  run: (platform) => inTransaction(platform.db, (tx) => store.deleteOldEvents(tx, KEPT_HOURS)),
})

export const liveTasks = [forgetEvents]
