import { Type } from 'typebox'
import { inTransaction } from '../../platform/db/index.ts'
import { defineTask } from '../../platform/jobs/index.ts'
import { deleteStaleReach } from './grants/store.ts'

const HOUR_MS = 3_600_000

/** Grants go with the person, team or link they were made to; what was written down of their reach goes at night. */
const sweepReach = defineTask({
  name: 'access.sweep-reach',
  payload: Type.Object({}),
  maxAttempts: 3,
  timeoutMs: HOUR_MS,
  cron: '41 2 * * *',
  run: (platform) => inTransaction(platform.db, deleteStaleReach),
})

export const accessTasks = [sweepReach]
