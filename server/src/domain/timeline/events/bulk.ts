import type { Batch } from '@trove/contract/files'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction, type Tx } from '../../../platform/db/index.ts'
import * as events from '../../../platform/events.ts'
import { newId } from '../../../platform/ids.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as access from '../../access/index.ts'
import * as audit from '../../audit/index.ts'
import * as files from '../../files/index.ts'
import { listFilesOf } from './pictures/store.ts'
import { scopeOf, tellChanged } from './steps.ts'
import * as store from './store.ts'

type Machines = Pick<Platform, 'db'>

/**
 * Those of the selection that the caller may change; the others are passed over as if they were not there. What they
 * show stays where it is, and stays in use, so that it is there when they come back.
 *
 * @throws not-found  the organization is none of the caller's
 */
export function trashEvents(
  platform: Machines,
  actor: UserActor,
  { organizationId, eventIds }: { organizationId: string; eventIds: string[] },
): Promise<Batch> {
  return inTransaction(platform.db, async (tx) => {
    const scope = await scopeOf(tx, actor, organizationId)
    const batchId = newId()
    const ids = await store.lockChangeable(tx, scope, { eventIds }, { trashed: false })
    await store.setTrashed(tx, ids, batchId)
    await audit.recordMany(tx, actor, 'event.trashed', ids, { organizationId, facts: { batchId } })
    for (const eventId of ids)
      await events.publish(tx, { resourceId: eventId }, { type: 'timeline-event.removed', organizationId, eventId })
    return { batchId, count: ids.length }
  })
}

/** @throws not-found  the organization is none of the caller's */
export function restoreEvents(
  platform: Machines,
  actor: UserActor,
  input: { organizationId: string } & ({ eventIds: string[] } | { batchId: string }),
): Promise<Batch> {
  const { organizationId } = input
  return inTransaction(platform.db, async (tx) => {
    const scope = await scopeOf(tx, actor, organizationId)
    const which = 'batchId' in input ? { batchId: input.batchId } : { eventIds: input.eventIds }
    const ids = await store.lockChangeable(tx, scope, which, { trashed: true })
    await store.setTrashed(tx, ids, null)
    // What would come back into a folder that is in the trash comes back at the top.
    const stranded = await store.listInTrashedFolder(tx, ids)
    if (stranded.length > 0)
      await access.moveInto(tx, { kind: 'system', reason: 'restored' }, stranded, { organizationId, folderId: null })
    const batchId = 'batchId' in which ? which.batchId : newId()
    await audit.recordMany(tx, actor, 'event.restored', ids, { organizationId, facts: { batchId } })
    for (const eventId of ids)
      await events.publish(tx, { resourceId: eventId }, { type: 'timeline-event.added', organizationId, eventId })
    return { batchId, count: ids.length }
  })
}

/**
 * All of them or none. Their files stay where they are.
 *
 * @throws not-found, not-allowed  as for files and folders: whoever moves something gives to those who see the new place
 */
export function moveEvents(
  platform: Machines,
  actor: UserActor,
  input: { organizationId: string; eventIds: string[]; folderId: string | null },
): Promise<{ count: number }> {
  const { organizationId, folderId } = input
  const eventIds = [...new Set(input.eventIds)]
  return inTransaction(platform.db, async (tx) => {
    await access.requireMember(tx, actor, organizationId, folderId === null ? 'member' : 'guest')
    await access.requireOpen(tx, organizationId)
    if (folderId !== null) await files.requireOpenFolder(tx, actor, { organizationId, folderId })
    for (const eventId of eventIds) await access.require(tx, actor, 'write', eventId)
    const found = await store.listEventsAmong(tx, organizationId, eventIds)
    const missing = eventIds.find((id) => !found.includes(id))
    if (missing !== undefined) throw new Problem('not-found', `No event ${missing}, or it is in the trash.`)
    await access.moveInto(tx, actor, eventIds, { organizationId, folderId })
    // What was given along with the grants of the folder before is for those who see the event there.
    await access.ungiveUnshown(tx, actor, { organizationId, fileIds: await listFilesOf(tx, eventIds) })
    await audit.recordMany(tx, actor, 'event.moved', eventIds, { organizationId, facts: { folderId } })
    await tellAll(tx, organizationId, eventIds)
    return { count: eventIds.length }
  })
}

/** @throws not-found  the organization is none of the caller's, or one of the tags to add is not there */
export function tagEvents(
  platform: Machines,
  actor: UserActor,
  input: { organizationId: string; eventIds: string[]; add?: string[]; remove?: string[] },
): Promise<{ count: number; eventIds: string[] }> {
  const { organizationId, eventIds, add = [], remove = [] } = input
  return inTransaction(platform.db, async (tx) => {
    const scope = await scopeOf(tx, actor, organizationId)
    const given = await files.requireTags(tx, scope, [...new Set(add)], remove)
    const ids = await store.lockChangeable(tx, scope, { eventIds }, { trashed: false })
    const changed = [
      ...(await store.insertTags(tx, organizationId, ids, given)),
      ...(await store.deleteTags(
        tx,
        ids,
        remove.filter((id) => !given.includes(id)),
      )),
    ]
    const changedIds = [...new Set(changed)]
    const facts = { add: given, remove }
    await audit.recordMany(tx, actor, 'event.tagged', changedIds, { organizationId, facts })
    await tellAll(tx, organizationId, changedIds)
    return { count: changedIds.length, eventIds: changedIds }
  })
}

async function tellAll(tx: Tx, organizationId: string, eventIds: readonly string[]): Promise<void> {
  for (const id of eventIds) await tellChanged(tx, { organizationId, id })
}
