import { rights as allRights, type Rights } from '@trove/contract/access'
import type { Batch } from '@trove/contract/files'
import type { Folder } from '@trove/contract/folders'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction, type Db, type Tx } from '../../../platform/db/index.ts'
import * as events from '../../../platform/events.ts'
import { newId } from '../../../platform/ids.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as access from '../../access/index.ts'
import * as audit from '../../audit/index.ts'
import { FILE_NAME_RULE, isFileName } from '../rules.ts'
import { parseNameCursor, nameCursor } from './cursor.ts'
import { toldUsed } from '../uses/steps.ts'
import * as store from './store.ts'

const DEFAULT_LIMIT = 50

/**
 * Makes a folder. Whoever makes it holds everything on it and on what comes to be in it, by a grant that can be seen
 * and taken back like any other.
 *
 * @throws not-found, not-allowed
 * @throws invalid-request  the name is none that a folder can have
 */
export function createFolder(
  platform: Pick<Platform, 'db'>,
  actor: UserActor,
  input: { organizationId: string; name: string; parentId?: string },
): Promise<Folder> {
  const { organizationId, name, parentId } = input
  requireName(name)
  return inTransaction(platform.db, async (tx) => {
    await access.requireMember(tx, actor, organizationId, parentId === undefined ? 'member' : 'guest')
    await access.requireOpen(tx, organizationId)
    if (parentId !== undefined) await requireOpenFolder(tx, actor, { organizationId, folderId: parentId })
    const id = newId()
    // First, as everybody does who changes grants: the other way round two could wait for each other.
    await access.lockTree(tx, organizationId, [])
    await access.insertResource(tx, { id, organizationId, kind: 'folder', createdBy: actor.userId, parentId })
    await store.insertFolder(tx, { id, organizationId, createdBy: actor.userId, name })
    await access.grantTo(tx, {
      organizationId,
      resourceId: id,
      principal: { kind: 'user', id: actor.userId },
      rights: allRights,
      createdBy: actor.userId,
    })
    await audit.record(tx, actor, 'folder.created', { organizationId, resourceId: id, facts: { name, parentId } })
    await tellChanged(tx, organizationId, id)
    return present(await existing(tx, id), access.narrow(actor, [...allRights]), parentId !== undefined)
  })
}

/**
 * A step of whatever puts something into a folder.
 *
 * @throws not-found    there is no such folder in the organization that the actor can see, or it is in the trash
 * @throws not-allowed
 */
export async function requireOpenFolder(
  db: Db,
  actor: UserActor,
  { organizationId, folderId }: { organizationId: string; folderId: string },
): Promise<void> {
  await access.require(db, actor, 'write', folderId)
  const folder = await store.getFolder(db, folderId)
  if (folder === undefined || folder.organizationId !== organizationId) throw unknownFolder(folderId)
  if (folder.trashedAt !== null)
    throw new Problem('not-found', 'The folder is in the trash; restore it to put something into it.')
}

/** A step of `uploads`, which asks again when the last byte is there: whether a user may add to a folder. */
export async function isOpenTo(
  tx: Tx,
  userId: string,
  { organizationId, folderId }: { organizationId: string; folderId: string },
): Promise<boolean> {
  const folder = await store.getFolder(tx, folderId)
  if (folder === undefined || folder.organizationId !== organizationId || folder.trashedAt !== null) return false
  return (await access.rightsOfUser(tx, userId, folderId)).includes('write')
}

/**
 * @throws not-found
 * @throws invalid-request  the cursor is none of ours
 */
export async function listFolders(
  db: Db,
  actor: UserActor,
  input: { organizationId: string; parentId?: string; trashed?: boolean; limit?: number; cursor?: string },
): Promise<{ items: Folder[]; next?: string }> {
  const { organizationId, parentId, trashed = false, limit = DEFAULT_LIMIT, cursor } = input
  const after = cursor === undefined ? undefined : parseNameCursor(cursor)
  const role = await access.requireMember(db, actor, organizationId, 'guest')
  if (parentId !== undefined) await access.require(db, actor, 'read', parentId)
  const scope = { organizationId, userId: actor.userId, seesEverything: role === 'owner' || role === 'admin' }
  const rows = await store.listFolders(db, scope, { parentId, trashed }, { limit: limit + 1, after })
  const shown = rows.slice(0, limit)
  const items = shown.map((row) =>
    present(row, access.narrow(actor, access.rightsIn(row.rights)), parentId !== undefined || scope.seesEverything),
  )
  const last = shown.at(-1)
  return { items, ...(rows.length > limit && last !== undefined && { next: nameCursor(last) }) }
}

/** @throws not-found */
export async function getFolder(db: Db, actor: UserActor, folderId: string) {
  const rights = await access.require(db, actor, 'read', folderId)
  const [folder, path] = await Promise.all([existing(db, folderId), store.listPath(db, actor.userId, folderId)])
  const seesParent = path.some(({ id }) => id === folder.parentId)
  return { ...present(folder, rights, seesParent), path }
}

/**
 * @throws not-found, not-allowed
 * @throws invalid-request  the name is none that a folder can have
 */
export function renameFolder(
  platform: Pick<Platform, 'db'>,
  actor: UserActor,
  input: { folderId: string; name: string },
): Promise<Folder> {
  const { folderId, name } = input
  requireName(name)
  return inTransaction(platform.db, async (tx) => {
    const rights = await access.require(tx, actor, 'write', folderId)
    const before = await existing(tx, folderId)
    const { organizationId } = before
    await store.setName(tx, folderId, name)
    const facts = { from: before.name, to: name }
    await audit.record(tx, actor, 'folder.renamed', { organizationId, resourceId: folderId, facts })
    await tellChanged(tx, organizationId, folderId)
    return present({ ...before, name }, rights, await canSeeParent(tx, actor, before))
  })
}

/**
 * Moves a folder with everything in it to the trash. Trashing what is in the trash already changes nothing.
 *
 * @throws not-found, not-allowed
 */
export function trashFolder(platform: Pick<Platform, 'db'>, actor: UserActor, folderId: string): Promise<Batch> {
  return inTransaction(platform.db, async (tx) => {
    await access.require(tx, actor, 'write', folderId)
    const { organizationId } = await existing(tx, folderId)
    const batchId = newId()
    const { fileIds } = await store.trash(tx, await store.lockBelow(tx, folderId), batchId)
    const facts = { batchId, fileCount: fileIds.length }
    await audit.record(tx, actor, 'folder.trashed', { organizationId, resourceId: folderId, facts })
    await audit.recordMany(tx, actor, 'file.trashed', fileIds, { organizationId, facts: { batchId, folderId } })
    await tellChanged(tx, organizationId, folderId)
    await events.publish(
      tx,
      { resourceId: folderId },
      { type: 'files.trashed', organizationId, batchId, count: fileIds.length },
    )
    return { batchId, count: fileIds.length, ...(await toldUsed(tx, fileIds)) }
  })
}

/**
 * Takes a folder back with what went into the trash with it. One whose own folder is gone comes back at the top.
 *
 * @throws not-found, not-allowed
 */
export function restoreFolder(platform: Pick<Platform, 'db'>, actor: UserActor, folderId: string): Promise<Folder> {
  return inTransaction(platform.db, async (tx) => {
    const rights = await access.require(tx, actor, 'write', folderId)
    const { organizationId } = await existing(tx, folderId)
    const below = await store.lockBelow(tx, folderId)
    // Files first, then the tree, then what lies in it: whoever moves one of them meanwhile comes before all of it or after.
    await access.lockTree(tx, organizationId, [])
    const { fileIds } = await store.restore(tx, folderId, below)
    await leaveTrashedFolders(tx, organizationId, [folderId])
    await audit.record(tx, actor, 'folder.restored', { organizationId, resourceId: folderId })
    await audit.recordMany(tx, actor, 'file.restored', fileIds, { organizationId, facts: { folderId } })
    await tellChanged(tx, organizationId, folderId)
    const restored = { type: 'files.restored', organizationId, batchId: newId(), count: fileIds.length } as const
    await events.publish(tx, { resourceId: folderId }, restored)
    const folder = await existing(tx, folderId)
    return present(folder, rights, await canSeeParent(tx, actor, folder))
  })
}

/** A step of restoring: what would come back into a folder that is in the trash comes back at the top. */
export async function leaveTrashedFolders(
  tx: Tx,
  organizationId: string,
  resourceIds: readonly string[],
): Promise<void> {
  const stranded = await store.listInTrashedFolder(tx, resourceIds)
  if (stranded.length === 0) return
  await access.moveInto(tx, { kind: 'system', reason: 'restored' }, stranded, { organizationId, folderId: null })
}

export type Move = { organizationId: string; fileIds?: string[]; folderIds?: string[]; folderId: string | null }

/**
 * Moves files and folders; all of them or none.
 *
 * @throws not-found, not-allowed
 * @throws invalid-request  a folder would come to lie in itself
 */
export function moveResources(
  platform: Pick<Platform, 'db'>,
  actor: UserActor,
  move: Move,
): Promise<{ count: number }> {
  const { organizationId, folderId } = move
  const fileIds = [...new Set(move.fileIds)]
  const folderIds = [...new Set(move.folderIds)]
  const ids = [...fileIds, ...folderIds]
  return inTransaction(platform.db, async (tx) => {
    await access.requireMember(tx, actor, organizationId, folderId === null ? 'member' : 'guest')
    if (folderId !== null) await requireOpenFolder(tx, actor, { organizationId, folderId })
    const around = await store.listFoldersAround(tx, ids)
    await access.moveInto(tx, actor, ids, { organizationId, folderId })
    await audit.recordMany(tx, actor, 'file.moved', fileIds, { organizationId, facts: { folderId } })
    await audit.recordMany(tx, actor, 'folder.moved', folderIds, { organizationId, facts: { folderId } })
    for (const fileId of fileIds)
      await events.publish(tx, { resourceId: fileId }, { type: 'file.moved', organizationId, fileId })
    for (const id of folderIds) await tellChanged(tx, organizationId, id)
    // Whoever sees the folder that things left may not see the things any more, and would not hear of them.
    const changed = new Set(folderId === null ? around : [...around, folderId])
    for (const id of changed) await tellChanged(tx, organizationId, id)
    return { count: ids.length }
  })
}

async function canSeeParent(db: Db, actor: UserActor, { parentId }: store.FolderRow): Promise<boolean> {
  return parentId !== null && (await access.rightsOf(db, actor, parentId)).includes('read')
}

function tellChanged(tx: Tx, organizationId: string, folderId: string): Promise<void> {
  return events.publish(tx, { resourceId: folderId }, { type: 'folder.changed', organizationId, folderId })
}

function requireName(name: string): void {
  if (isFileName(name)) return
  throw new Problem('invalid-request', FILE_NAME_RULE, { errors: [{ pointer: '#/body/name', detail: FILE_NAME_RULE }] })
}

async function existing(db: Db, folderId: string): Promise<store.FolderRow> {
  const row = await store.getFolder(db, folderId)
  if (row === undefined) throw unknownFolder(folderId)
  return row
}

function present(row: store.FolderRow, rights: Rights, seesParent: boolean): Folder {
  const { id, organizationId, name, parentId, createdAt, trashedAt, createdById, createdByName } = row
  return {
    id,
    organizationId,
    name,
    createdAt: createdAt.toISOString(),
    createdBy: { id: createdById, name: createdByName },
    rights: [...rights],
    ...(seesParent && parentId !== null && { parentId }),
    ...(trashedAt !== null && { trashedAt: trashedAt.toISOString() }),
  }
}

const unknownFolder = (folderId: string) => new Problem('not-found', `No folder ${folderId}.`)
