import { Type } from 'typebox'
import { inTransaction } from '../../platform/db/index.ts'
import { defineTask } from '../../platform/jobs/index.ts'
import { accountTasks } from './accounts/tasks.ts'
import * as store from './store.ts'

const MINUTE_MS = 60_000

const deleteExpired = defineTask({
  name: 'identity.delete-expired',
  payload: Type.Object({}),
  maxAttempts: 3,
  timeoutMs: MINUTE_MS,
  cron: '17 3 * * *',
  run: (platform) => inTransaction(platform.db, store.deleteExpired),
})

export const identityTasks = [...accountTasks, deleteExpired]
