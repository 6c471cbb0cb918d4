import { Type } from 'typebox'
import { inTransaction } from '../../platform/db/index.ts'
import { defineTask } from '../../platform/jobs/index.ts'
import { deleteForgettable } from './counting/store.ts'
import { prepareCopies } from './preparing.ts'

const HOUR_MS = 3_600_000

/** Codes, signed addresses and deliveries that are over. What they did is in the trail. */
const forget = defineTask({
  name: 'links.forget',
  payload: Type.Object({}),
  maxAttempts: 3,
  timeoutMs: HOUR_MS,
  cron: '41 3 * * *',
  run: (platform) => inTransaction(platform.db, deleteForgettable),
})

export const linkTasks = [prepareCopies, forget]
