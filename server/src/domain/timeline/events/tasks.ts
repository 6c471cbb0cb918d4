import { Type } from 'typebox'
import { inTransaction } from '../../../platform/db/index.ts'
import { defineTask } from '../../../platform/jobs/index.ts'
import * as access from '../../access/index.ts'
import * as audit from '../../audit/index.ts'
import { listFilesOf } from './pictures/store.ts'
import * as store from './store.ts'
import { deleteOld } from './trims/store.ts'
import { trimTask } from './trims/task.ts'

const MINUTE_MS = 60_000
const AT_ONCE = 200
const TRIM_DAYS = 7
const SWEEPER = { kind: 'system', reason: 'trash' } as const

/** Before the trash of files is emptied: what an event shows that goes today may go today too. */
const purgeEvents = defineTask({
  name: 'timeline.purge-events',
  payload: Type.Object({}),
  maxAttempts: 5,
  timeoutMs: 30 * MINUTE_MS,
  cron: '22 2 * * *',
  upkeep: {
    title: 'Events in the trash',
    lead: 'Deletes events for good that have been in the trash for their time. The files that they show stay where they are.',
    rehearse: async ({ db, settings }) => [
      { what: 'events deleted', count: await store.countOverdue(db, settings.trashDays) },
    ],
  },

  async run({ db, settings }, _payload, signal, report) {
    let count = 0
    while (!signal.aborted) {
      const purged = await inTransaction(db, async (tx) => {
        const overdue = await store.lockOverdue(tx, settings.trashDays, AT_ONCE)
        const ids = overdue.map(({ id }) => id)
        const fileIds = await listFilesOf(tx, ids)
        await store.deleteEvents(tx, ids)
        await access.deleteResources(tx, ids)
        for (const [organizationId, events] of Map.groupBy(overdue, (event) => event.organizationId)) {
          const eventIds = events.map(({ id }) => id)
          await audit.recordMany(tx, SWEEPER, 'event.purged', eventIds, { organizationId })
          await access.ungiveUnshown(tx, SWEEPER, { organizationId, fileIds })
        }
        await deleteOld(tx, TRIM_DAYS)
        return ids.length
      })
      count += purged
      report?.(count)
      if (purged === 0) break
    }
    return [{ what: 'events deleted', count }]
  },
})

export const timelineEventTasks = [purgeEvents, trimTask]
