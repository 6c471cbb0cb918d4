import { Type } from 'typebox'
import { inTransaction } from '../../platform/db/index.ts'
import { defineTask } from '../../platform/jobs/index.ts'
import * as access from '../access/index.ts'
import * as audit from '../audit/index.ts'
import { forgetChanges } from './changes/tasks.ts'
import { findingTasks } from './finding/tasks.ts'
import * as folders from './folders/store.ts'
import { dateFiles } from './happened/tasks.ts'
import * as store from './store.ts'
import { removeForGood } from './uses/steps.ts'
import { listUses } from './uses/store.ts'

const MINUTE_MS = 60_000
const AT_ONCE = 200

/** Removes for good what has been in the trash for its time. The bytes follow when the sweep finds nothing that refers to them. */
const purgeTrash = defineTask({
  name: 'files.purge-trash',
  payload: Type.Object({}),
  maxAttempts: 5,
  timeoutMs: 30 * MINUTE_MS,
  cron: '37 2 * * *',
  upkeep: {
    title: 'Trash',
    lead: 'Deletes files for good that have been in the trash for their time, unless an event still shows them. Their bytes go with the sweep of storage.',
    rehearse: async ({ db, settings }) => [
      { what: 'files deleted', count: await store.countOverdue(db, settings.trashDays) },
    ],
  },

  async run(platform, _payload, signal, report) {
    let count = 0
    while (!signal.aborted) {
      const purged = await inTransaction(platform.db, async (tx) => {
        const locked = await store.lockOverdue(tx, platform.settings.trashDays, AT_ONCE)
        // One may have come to be used in the moment before it was locked.
        const used = new Set(
          (
            await listUses(
              tx,
              locked.map(({ id }) => id),
            )
          ).map(({ fileId }) => fileId),
        )
        const overdue = locked.filter(({ id }) => !used.has(id))
        for (const [organizationId, files] of Map.groupBy(overdue, (file) => file.organizationId)) {
          const fileIds = files.map(({ id }) => id)
          await removeForGood(tx, { kind: 'system', reason: 'trash' }, { organizationId, fileIds })
        }
        return overdue.length
      })
      count += purged
      report?.(count)
      if (purged === 0) break
    }
    return [{ what: 'files deleted', count }]
  },
})

/** Folders go when everything in them has gone: the innermost first, and those around them the next time. */
const purgeFolders = defineTask({
  name: 'files.purge-folders',
  payload: Type.Object({}),
  maxAttempts: 5,
  timeoutMs: 30 * MINUTE_MS,
  cron: '52 2 * * *',
  upkeep: {
    title: 'Folders in the trash',
    lead: 'Deletes folders for good that have been in the trash for their time, as soon as nothing is in them.',
    rehearse: async ({ db, settings }) => [
      { what: 'folders deleted', count: await folders.countOverdue(db, settings.trashDays) },
    ],
  },

  async run(platform, _payload, signal) {
    let count = 0
    while (!signal.aborted) {
      const purged = await inTransaction(platform.db, async (tx) => {
        const overdue = await folders.lockOverdue(tx, platform.settings.trashDays, AT_ONCE)
        const ids = overdue.map(({ id }) => id)
        await folders.deleteFolders(tx, ids)
        await access.deleteResources(tx, ids)
        for (const [organizationId, gone] of Map.groupBy(overdue, (folder) => folder.organizationId)) {
          const folderIds = gone.map(({ id }) => id)
          await audit.recordMany(tx, { kind: 'system', reason: 'trash' }, 'folder.purged', folderIds, {
            organizationId,
          })
        }
        return ids.length
      })
      count += purged
      if (purged === 0) break
    }
    return [{ what: 'folders deleted', count }]
  },
})

export const fileTasks = [purgeTrash, purgeFolders, forgetChanges, dateFiles, ...findingTasks]
