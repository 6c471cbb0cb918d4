import { Type } from 'typebox'
import { inTransaction } from '../../platform/db/index.ts'
import { defineTask } from '../../platform/jobs/index.ts'
import { listPrunable, pruneTrail } from './chain/operations.ts'
import * as store from './store.ts'

const MINUTE_MS = 60_000
const MONTHS_AHEAD = 3

const makePartitions = defineTask({
  name: 'audit.make-partitions',
  payload: Type.Object({}),
  maxAttempts: 5,
  timeoutMs: MINUTE_MS,
  cron: '11 2 * * *',
  upkeep: {
    title: 'Months of the trail',
    lead: 'Makes room for what will be written down in the months to come.',
    rehearse: async ({ db }) => [tallyOf(await store.countMissingPartitions(db, MONTHS_AHEAD))],
  },
  async run({ db }) {
    const count = await store.countMissingPartitions(db, MONTHS_AHEAD)
    await inTransaction(db, (tx) => store.makePartitions(tx, MONTHS_AHEAD))
    return [tallyOf(count)]
  },
})

const prune = defineTask({
  name: 'audit.prune',
  payload: Type.Object({}),
  maxAttempts: 8,
  timeoutMs: 5 * MINUTE_MS,
  cron: '41 2 * * *',
  upkeep: {
    title: 'Old activity',
    lead: 'Drops whole months of the trail that are older than it is kept.',
    rehearse: async ({ db, settings }) => [
      { what: 'partitions dropped', count: (await listPrunable({ db }, settings.activityKeepMonths)).length },
    ],
  },
  async run(platform) {
    const dropped = await pruneTrail(platform, platform.settings.activityKeepMonths)
    return [{ what: 'partitions dropped', count: dropped.length }]
  },
})

const tallyOf = (count: number) => ({ what: 'partitions made', count })

export const auditTasks = [makePartitions, prune]
