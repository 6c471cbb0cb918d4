import { ANCHOR_STRIDE, type Batch, type File, type FileDetails, type FileFilter } from '@trove/contract/files'
import type { MediaFacts } from '@trove/contract/media-facts'
import type { Actor, UserActor } from '../../platform/actor.ts'
import { inTransaction, type Db, type Tx } from '../../platform/db/index.ts'
import * as events from '../../platform/events.ts'
import { isId, newId } from '../../platform/ids.ts'
import type { Platform } from '../../platform/platform.ts'
import { Problem } from '../../platform/problem.ts'
import * as access from '../access/index.ts'
import * as audit from '../audit/index.ts'
import { present, presentScan } from './present.ts'
import { FILE_NAME_RULE, isFileName } from './rules.ts'
import { leaveTrashedFolders } from './folders/operations.ts'
import { requireScope, requireTold } from './listing/scope.ts'
import * as listing from './listing/store.ts'
import * as store from './store.ts'
import { toldUsed } from './uses/steps.ts'

const DEFAULT_LIMIT = 50

type Listing = FileFilter & { organizationId: string; limit?: number; cursor?: string }

/**
 * @throws not-found        the organization is none of the caller's
 * @throws invalid-request  the cursor is none of ours
 */
export async function listFiles(db: Db, actor: UserActor, input: Listing): Promise<{ items: File[]; next?: string }> {
  const { organizationId, limit = DEFAULT_LIMIT, cursor, ...filter } = input
  if (cursor !== undefined && !isId(cursor))
    throw new Problem('invalid-request', 'The cursor must be the `next` of a page before.')
  const scope = await requireScope(db, actor, organizationId, filter)
  // One more than asked for tells whether there is a page after this one.
  const rows = await listing.listFiles(db, scope, filter, { limit: limit + 1, after: cursor })
  const items = rows.slice(0, limit).map((row) => present(row, access.narrow(actor, access.rightsIn(row.rights))))
  const last = items.at(-1)
  return { items, ...(rows.length > limit && last !== undefined && { next: last.id }) }
}

/** @throws not-found */
export async function summarizeFiles(db: Db, actor: UserActor, input: FileFilter & { organizationId: string }) {
  const { organizationId, ...filter } = input
  const scope = await requireScope(db, actor, organizationId, filter)
  const [places, months] = await Promise.all([
    listing.listAnchors(db, scope, filter, ANCHOR_STRIDE),
    listing.countByMonth(db, scope, filter),
  ])
  const anchors = places.filter(({ place }) => place % ANCHOR_STRIDE === 0).map(({ id }) => id)
  return { count: places.at(-1)?.place ?? 0, stride: ANCHOR_STRIDE, anchors, months }
}

/** @throws not-found */
export async function getFile(db: Db, actor: Actor, fileId: string): Promise<FileDetails> {
  const rights = await access.require(db, actor, 'read', fileId)
  const row = await store.getFileWithFacts(db, fileId)
  if (row === undefined) throw unknownFile(fileId)
  const { place, contentId, ...facts } = (row.facts ?? {}) as MediaFacts & { contentId?: string }
  const livePair = contentId === undefined ? undefined : await findLivePair(db, actor, row, contentId)
  return {
    ...present(row, rights),
    scan: presentScan(row),
    ...(row.description !== '' && { description: row.description }),
    // Whoever may have the original can read there where it was taken; others are not told.
    ...(place !== undefined && rights.includes('download') && { place }),
    ...(livePair !== undefined && { livePair }),
    facts,
  }
}

/** The picture or the clip that a camera took at the same moment, in the same folder, if the caller may see that too. */
async function findLivePair(
  db: Db,
  actor: Actor,
  half: { id: string; organizationId: string; folderId: string | null; kind: string },
  contentId: string,
): Promise<FileDetails['livePair']> {
  for (const { id, name } of await store.listLivePairs(db, half, contentId)) {
    if ((await access.rightsOf(db, actor, id)).includes('read')) return { fileId: id, name }
  }
  return undefined
}

/** A step of whatever changes a file and answers with it. @throws not-found */
export async function presentFile(tx: Tx, actor: Actor, fileId: string): Promise<File> {
  const rights = await access.require(tx, actor, 'read', fileId)
  return present(await existing(tx, fileId), rights)
}

/**
 * @throws not-found, not-allowed
 * @throws invalid-request  the name is none that a file can have
 */
export function renameFile(
  platform: Pick<Platform, 'db'>,
  actor: Actor,
  input: { fileId: string; name: string },
): Promise<File> {
  const { fileId, name } = input
  if (!isFileName(name)) {
    throw new Problem('invalid-request', FILE_NAME_RULE, {
      errors: [{ pointer: '#/body/name', detail: FILE_NAME_RULE }],
    })
  }
  return inTransaction(platform.db, async (tx) => {
    const rights = await access.require(tx, actor, 'write', fileId)
    const before = await existing(tx, fileId)
    await store.setName(tx, fileId, name)
    const { organizationId } = before
    await audit.record(tx, actor, 'file.renamed', {
      organizationId,
      resourceId: fileId,
      facts: { from: before.name, to: name },
    })
    await events.publish(tx, { resourceId: fileId }, { type: 'file.renamed', organizationId, fileId })
    return present({ ...before, name }, rights)
  })
}

/**
 * Trashing what is in the trash already changes nothing.
 *
 * @throws not-found, not-allowed
 */
export async function trashFile(platform: Pick<Platform, 'db'>, actor: UserActor, fileId: string): Promise<void> {
  await inTransaction(platform.db, async (tx) => {
    await access.require(tx, actor, 'write', fileId)
    const { organizationId } = await existing(tx, fileId)
    const scope = { organizationId, userId: actor.userId, seesEverything: true }
    const trashed = await listing.trash(tx, scope, { fileIds: [fileId] }, newId())
    if (trashed.length === 0) return
    await audit.record(tx, actor, 'file.trashed', { organizationId, resourceId: fileId })
    await events.publish(tx, { resourceId: fileId }, { type: 'file.trashed', organizationId, fileId })
  })
}

/** @throws not-found, not-allowed */
export async function restoreFile(platform: Pick<Platform, 'db'>, actor: UserActor, fileId: string): Promise<File> {
  return inTransaction(platform.db, async (tx) => {
    const rights = await access.require(tx, actor, 'write', fileId)
    const { organizationId } = await existing(tx, fileId)
    const scope = { organizationId, userId: actor.userId, seesEverything: true }
    const restored = await bringBack(tx, scope, { fileIds: [fileId] })
    if (restored.length > 0) {
      await audit.record(tx, actor, 'file.restored', { organizationId, resourceId: fileId })
      await events.publish(tx, { resourceId: fileId }, { type: 'file.restored', organizationId, fileId })
    }
    return present(await existing(tx, fileId), rights)
  })
}

type Many = { fileIds: string[] } | { filter: FileFilter; exceptIds?: string[] }

/**
 * Those of the selection that the caller may change; the others are passed over as if they were not there.
 *
 * @throws not-found  the organization is none of the caller's
 */
export function trashFiles(
  platform: Pick<Platform, 'db'>,
  actor: UserActor,
  organizationId: string,
  selection: Many,
): Promise<Batch> {
  return inTransaction(platform.db, async (tx) => {
    const scope = await scopeFor(tx, actor, organizationId, selection)
    const batchId = newId()
    const ids = await listing.trash(tx, scope, whichOf(selection), batchId)
    if (ids.length === 0) return { batchId, count: 0 }
    await audit.recordMany(tx, actor, 'file.trashed', ids, { organizationId, facts: { batchId } })
    await publishBatch(tx, actor, 'files.trashed', { organizationId, batchId, count: ids.length })
    return { batchId, count: ids.length, ...(await toldUsed(tx, ids)) }
  })
}

/** @throws not-found  the organization is none of the caller's */
export function restoreFiles(
  platform: Pick<Platform, 'db'>,
  actor: UserActor,
  organizationId: string,
  selection: Many | { batchId: string },
): Promise<Batch> {
  return inTransaction(platform.db, async (tx) => {
    const scope = await scopeFor(tx, actor, organizationId, selection)
    const batchId = 'batchId' in selection ? selection.batchId : newId()
    const ids = await bringBack(tx, scope, 'batchId' in selection ? selection : whichOf(selection, true))
    if (ids.length === 0) return { batchId, count: 0 }
    await audit.recordMany(tx, actor, 'file.restored', ids, { organizationId, facts: { batchId } })
    await publishBatch(tx, actor, 'files.restored', { organizationId, batchId, count: ids.length })
    return { batchId, count: ids.length }
  })
}

/** Files first, then the tree, then what lies in it: whoever moves one of them meanwhile comes before all of it or after. */
async function bringBack(tx: Tx, scope: listing.Scope, which: listing.Which): Promise<string[]> {
  const ids = await listing.lockSelected(tx, scope, which, { trashed: true })
  if (ids.length === 0) return ids
  await access.lockTree(tx, scope.organizationId, [])
  await listing.restore(tx, ids)
  await leaveTrashedFolders(tx, scope.organizationId, ids)
  return ids
}

/** What a batch did is told to whoever did it and to those who see everything anyway: a number of files says something too. */
async function publishBatch(
  tx: Tx,
  actor: UserActor,
  type: 'files.trashed' | 'files.restored',
  about: { organizationId: string; batchId: string; count: number },
) {
  await events.publish(tx, { userId: actor.userId }, { type, ...about })
  for (const userId of await access.listSupervisors(tx, about.organizationId)) {
    if (userId !== actor.userId) await events.publish(tx, { userId }, { type, ...about })
  }
}

function whichOf(selection: Many, trashed?: boolean): listing.Which {
  if ('fileIds' in selection) return { fileIds: selection.fileIds }
  const filter = trashed === undefined ? selection.filter : { ...selection.filter, trashed }
  return { filter, exceptIds: selection.exceptIds ?? [] }
}

/** The folder of a selection is none to look into: what of it the caller may change is changed. */
async function scopeFor(
  tx: Tx,
  actor: UserActor,
  organizationId: string,
  selection: Many | { batchId: string },
): Promise<listing.Scope> {
  if ('filter' in selection) requireTold(actor, selection.filter)
  return requireScope(tx, actor, organizationId)
}

async function existing(db: Db, fileId: string): Promise<store.FileRow> {
  const row = await store.getFile(db, fileId)
  if (row === undefined) throw unknownFile(fileId)
  return row
}

const unknownFile = (fileId: string) => new Problem('not-found', `No file ${fileId}.`)
