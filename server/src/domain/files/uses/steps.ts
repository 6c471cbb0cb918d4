import type { Actor } from '../../../platform/actor.ts'
import type { Tx } from '../../../platform/db/index.ts'
import * as events from '../../../platform/events.ts'
import * as access from '../../access/index.ts'
import * as audit from '../../audit/index.ts'
import * as storage from '../../storage/index.ts'
import { deleteFiles } from '../store.ts'
import * as store from './store.ts'

// Locks are taken in one order, here and by whatever uses files: first versions, then files, then where these lie, then
// what uses them, then the uses; of each by their ids.

/** Whoever puts files into the trash is told how many of them are used somewhere. */
export async function toldUsed(tx: Tx, fileIds: readonly string[]): Promise<{ usedCount?: number }> {
  const usedCount = await store.countUsed(tx, fileIds)
  return usedCount > 0 ? { usedCount } : {}
}

/** A step of purging. What still uses one of the files keeps it from being deleted: the caller has seen that nothing does. */
export async function removeForGood(
  tx: Tx,
  actor: Actor,
  { organizationId, fileIds }: { organizationId: string; fileIds: readonly string[] },
): Promise<void> {
  const freed = await deleteFiles(tx, fileIds)
  await access.deleteResources(tx, fileIds)
  const blobIds = freed.map(({ blobId }) => blobId)
  await storage.dropReferences(tx, organizationId, { blobIds, fileCount: fileIds.length })
  await audit.recordMany(tx, actor, 'file.purged', fileIds, { organizationId })
}

/**
 * A step of purging: takes files out of wherever they are used, and tells those who see it there. Each file is locked.
 *
 * @param because  in words that go on from "detached because"
 */
export async function detachAll(
  tx: Tx,
  actor: Actor,
  { organizationId, fileIds, because }: { organizationId: string; fileIds: readonly string[]; because: string },
): Promise<void> {
  await store.lockPlaces(tx, fileIds)
  await store.lockUsers(tx, fileIds)
  const uses = await store.listUses(tx, fileIds)
  for (const [usedBy, of] of Map.groupBy(uses, (use) => use.usedBy)) {
    const ids = await store.deleteUses(
      tx,
      usedBy,
      of.map(({ fileId }) => fileId),
    )
    const { kind, name } = of[0] as store.UseRow
    const facts = { usedBy, kind, name, because }
    await audit.recordMany(tx, actor, 'file.detached', ids, { organizationId, facts })
    await events.publish(tx, { resourceId: usedBy }, { type: 'file.detached', organizationId, resourceId: usedBy })
  }
}
