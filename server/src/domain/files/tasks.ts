import { Type } from 'typebox'
import { inTransaction } from '../../platform/db/index.ts'
import { defineTask } from '../../platform/jobs/index.ts'
import * as access from '../access/index.ts'
import * as audit from '../audit/index.ts'
import * as storage from '../storage/index.ts'
import { findingTasks } from './finding/tasks.ts'
import * as folders from './folders/store.ts'
import * as store from './store.ts'

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
    lead: 'Deletes files for good that have been in the trash for their time. Their bytes go with the sweep of storage.',
    rehearse: async ({ db, settings }) => [
      { what: 'files deleted', count: await store.countOverdue(db, settings.trashDays) },
    ],
  },

  async run(platform, _payload, signal, report) {
    let count = 0
    while (!signal.aborted) {
      const purged = await inTransaction(platform.db, async (tx) => {
        const overdue = await store.lockOverdue(tx, platform.settings.trashDays, AT_ONCE)
        const ids = overdue.map(({ id }) => id)
        if (ids.length === 0) return 0
        const freed = await store.deleteFiles(tx, ids)
        await access.deleteResources(tx, ids)
        for (const [organizationId, files] of Map.groupBy(overdue, (file) => file.organizationId)) {
          const blobIds = freed.filter((blob) => blob.organizationId === organizationId).map(({ blobId }) => blobId)
          await storage.dropReferences(tx, organizationId, { blobIds, fileCount: files.length })
          const fileIds = files.map(({ id }) => id)
          await audit.recordMany(tx, { kind: 'system', reason: 'trash' }, 'file.purged', fileIds, { organizationId })
        }
        return ids.length
      })
      count += purged
      report?.(count)
      if (purged < AT_ONCE) break
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

export const fileTasks = [purgeTrash, purgeFolders, ...findingTasks]
