import type { FileUse } from '@trove/contract/file-uses'
import type { File } from '@trove/contract/files'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction, type Db, type Tx } from '../../../platform/db/index.ts'
import * as events from '../../../platform/events.ts'
import { newId } from '../../../platform/ids.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as access from '../../access/index.ts'
import type { Scope } from '../listing/store.ts'
import { present } from '../present.ts'
import { detachAll, removeForGood } from './steps.ts'
import * as store from './store.ts'

/** Places named when a file cannot be removed because of them; the rest are counted. */
const MOST_NAMED = 20

/** @throws not-found */
export async function listFileUses(
  db: Db,
  actor: UserActor,
  fileId: string,
): Promise<{ items: FileUse[]; hasOthers: boolean }> {
  const rights = await access.require(db, actor, 'read', fileId)
  const uses = await store.listUsesSeen(db, actor.userId, [fileId])
  const items = uses.filter(({ isSeen }) => isSeen).map(presentUse)
  return { items, hasOthers: rights.includes('write') && items.length < uses.length }
}

/** For rooms that show files: those of an organization that the actor may read, by their ids. */
export async function filesById(
  db: Db,
  actor: UserActor,
  scope: Scope,
  fileIds: readonly string[],
): Promise<ReadonlyMap<string, File>> {
  const rows = await store.listReadable(db, scope, fileIds)
  return new Map(rows.map((row) => [row.id, present(row, access.narrow(actor, access.rightsIn(row.rights)))]))
}

/**
 * A step of rooms that show files: holds files as they are until the transaction ends. To be called before what shows
 * them is locked.
 *
 * @throws not-found  one of them is not there, not to be read or in the trash
 */
export async function requireUsable(tx: Tx, scope: Scope, fileIds: readonly string[]): Promise<store.Usable[]> {
  const found = await store.lockUsable(tx, scope, fileIds)
  const ids = new Set(found.map(({ id }) => id))
  const missing = fileIds.filter((id) => !ids.has(id))
  if (missing.length === 0) return found
  throw new Problem('not-found', `No file ${missing[0]}, or it is in the trash.`, { fileIds: missing })
}

/**
 * Removes files for good before their time in the trash is over; those that are not in it, or that the caller does not
 * hold every right on, are passed over.
 *
 * @throws not-found  the organization is none of the caller's
 * @throws read-only
 * @throws in-use     nothing was removed: `uses` says where they are, as far as the caller may see
 */
export function purgeFiles(
  platform: Pick<Platform, 'db'>,
  actor: UserActor,
  input: { organizationId: string; fileIds: readonly string[]; detach?: boolean },
): Promise<{ count: number }> {
  const { organizationId, detach = false } = input
  return inTransaction(platform.db, async (tx) => {
    const role = await access.requireMember(tx, actor, organizationId, 'guest')
    await access.requireOpen(tx, organizationId)
    const scope = { organizationId, userId: actor.userId, seesEverything: role === 'owner' || role === 'admin' }
    await store.lockVersionsOf(tx, scope, input.fileIds)
    const fileIds = await store.lockPurgeable(tx, scope, input.fileIds)
    if (fileIds.length === 0) return { count: 0 }
    if (detach) await detachAll(tx, actor, { organizationId, fileIds, because: 'it was deleted for good' })
    else await refuseUsed(tx, actor, fileIds)
    await removeForGood(tx, actor, { organizationId, fileIds })
    const told = { type: 'files.trashed', organizationId, batchId: newId(), count: fileIds.length } as const
    const supervisors = await access.listSupervisors(tx, organizationId)
    for (const userId of new Set([actor.userId, ...supervisors])) await events.publish(tx, { userId }, told)
    return { count: fileIds.length }
  })
}

/** @throws in-use */
async function refuseUsed(tx: Tx, actor: UserActor, fileIds: readonly string[]): Promise<void> {
  const uses = await store.listUsesSeen(tx, actor.userId, fileIds)
  if (uses.length === 0) return
  const seen = uses.filter(({ isSeen }) => isSeen)
  const names = [...new Map(seen.map(({ usedBy, name }) => [usedBy, name])).values()]
  const where = names.length === 0 ? 'somewhere that you cannot see' : `in ${listed(names)}`
  throw new Problem(
    'in-use',
    `${new Set(uses.map(({ fileId }) => fileId)).size === 1 ? 'One file is' : 'Some files are'} shown ${where}. Take it out there first, or say that it is to be taken out.`,
    {
      uses: seen.slice(0, MOST_NAMED).map((use) => ({ fileId: use.fileId, ...presentUse(use) })),
      hasOthers: seen.length < uses.length || seen.length > MOST_NAMED,
    },
  )
}

const MOST_LISTED = 3

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_LISTED).map((name) => `“${name}”`)
  const rest = names.length - shown.length
  return `${shown.join(', ')}${rest === 0 ? '' : ` and ${rest} more`}`
}

const presentUse = ({ usedBy, kind, name }: store.UseRow): FileUse => ({ kind, id: usedBy, name })
