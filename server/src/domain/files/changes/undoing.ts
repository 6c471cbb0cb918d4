import type { FileChange } from '@trove/contract/file-changes'
import type { UserActor } from '../../../platform/actor.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { Problem } from '../../../platform/problem.ts'
import * as access from '../../access/index.ts'
import * as audit from '../../audit/index.ts'
import { requireOpenFolder } from '../folders/operations.ts'
import type { Changing } from './applying.ts'
import * as store from './store.ts'

type Undoing = { change: FileChange; before: readonly store.Before[] }

/** Puts back what files were before a change, where they still are what it made of them. @returns ids of those */
export async function undo(
  tx: Tx,
  actor: UserActor,
  changing: Changing,
  { change, before }: Undoing,
): Promise<string[]> {
  switch (change.kind) {
    case 'tags':
      return retag(tx, actor, changing, before)
    case 'description':
      return describe(tx, actor, changing)
    case 'happened':
      return redate(tx, actor, changing, before)
    case 'folder':
      return move(tx, actor, changing, before)
    case 'share':
      return unshare(tx, actor, changing, { change, before })
  }
}

async function retag(
  tx: Tx,
  actor: UserActor,
  { scope, changeId, fileIds }: Changing,
  before: readonly store.Before[],
) {
  const { organizationId } = scope
  await store.lockFindings(tx, fileIds)
  const pairs = (of: (each: store.Before) => unknown) =>
    before.flatMap((each) => (of(each) as string[]).map((tagId) => ({ fileId: each.fileId, tagId })))
  const removed = await store.deleteTaggings(
    tx,
    pairs(({ became }) => became),
  )
  const added = await store.insertTaggings(
    tx,
    organizationId,
    pairs(({ was }) => was),
  )
  const changed = [...new Set([...removed, ...added].map(({ fileId }) => fileId))]
  await audit.recordMany(tx, actor, 'file.tagged', changed, { organizationId, facts: { changeId, isUndone: true } })
  return changed
}

async function describe(tx: Tx, actor: UserActor, { scope, changeId, fileIds }: Changing) {
  const { organizationId } = scope
  const changed = await store.restoreDescriptions(tx, changeId, fileIds)
  await audit.recordMany(tx, actor, 'file.described', changed, { organizationId, facts: { changeId, isUndone: true } })
  return changed
}

async function redate(
  tx: Tx,
  actor: UserActor,
  { scope, changeId, fileIds }: Changing,
  before: readonly store.Before[],
) {
  const { organizationId } = scope
  const now = new Map((await store.listDated(tx, fileIds)).map((dated) => [dated.fileId, dated]))
  const back = before.flatMap(({ fileId, was, became }) => {
    const [is, made] = [now.get(fileId), became as store.Dated]
    const isStill = is?.at === made.at && is.offsetMinutes === made.offsetMinutes && is.from === made.from
    return isStill ? [{ ...(was as store.Dated), fileId }] : []
  })
  await store.setDated(tx, back)
  const changed = back.map(({ fileId }) => fileId)
  await audit.recordMany(tx, actor, 'file.dated', changed, { organizationId, facts: { changeId, isUndone: true } })
  return changed
}

async function move(tx: Tx, actor: UserActor, { scope, changeId, fileIds }: Changing, before: readonly store.Before[]) {
  const { organizationId } = scope
  const now = await store.listFolders(tx, fileIds)
  const still = before.filter(({ fileId, became }) => now.get(fileId) === became)
  const changed: string[] = []
  for (const [was, each] of Map.groupBy(still, (one) => one.was)) {
    const folderId = was as string | null
    if (folderId !== null && !(await isOpen(tx, actor, { organizationId, folderId }))) continue
    const ids = each.map(({ fileId }) => fileId)
    const { moved } = await access.moveSome(tx, actor, ids, { organizationId, folderId })
    await audit.recordMany(tx, actor, 'file.moved', moved, { organizationId, facts: { changeId, folderId } })
    changed.push(...moved)
  }
  return changed
}

/** A folder may have gone, or been closed to the actor, since. */
async function isOpen(tx: Tx, actor: UserActor, folder: { organizationId: string; folderId: string }) {
  try {
    await requireOpenFolder(tx, actor, folder)
    return true
  } catch (error) {
    if (error instanceof Problem) return false
    throw error
  }
}

async function unshare(tx: Tx, actor: UserActor, { scope }: Changing, { change, before }: Undoing): Promise<string[]> {
  if (change.kind !== 'share') return []
  const { organizationId } = scope
  const given = before.map(({ fileId, became }) => ({ ...(became as access.GivenGrant), resourceId: fileId }))
  return access.ungrantMany(tx, actor, given, { organizationId, principal: change.principal })
}
