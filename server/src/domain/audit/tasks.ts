import { Type } from 'typebox'
import { inTransaction } from '../../platform/db/index.ts'
import { defineTask } from '../../platform/jobs/index.ts'
import { pruneTrail } from './chain/operations.ts'
import * as store from './store.ts'

const MINUTE_MS = 60_000
const MONTHS_AHEAD = 3

const makePartitions = defineTask({
  name: 'audit.make-partitions',
  payload: Type.Object({}),
  maxAttempts: 5,
  timeoutMs: MINUTE_MS,
  cron: '11 2 * * *',
  run: (platform) => inTransaction(platform.db, (tx) => store.makePartitions(tx, MONTHS_AHEAD)),
})

const prune = defineTask({
  name: 'audit.prune',
  payload: Type.Object({}),
  maxAttempts: 8,
  timeoutMs: 5 * MINUTE_MS,
  cron: '41 2 * * *',
  run: async (platform) => void (await pruneTrail(platform, platform.settings.activityKeepMonths)),
})

export const auditTasks = [makePartitions, prune]
