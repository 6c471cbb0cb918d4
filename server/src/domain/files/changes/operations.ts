import {
  MOST_CHANGED,
  MOST_MOVED,
  type Changed,
  type FileChange,
  type HappenedChange,
  type PassedOverReason,
} from '@trove/contract/file-changes'
import type { File, Selection } from '@trove/contract/files'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction, type Tx } from '../../../platform/db/index.ts'
import * as events from '../../../platform/events.ts'
import { newId } from '../../../platform/ids.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as access from '../../access/index.ts'
import { requireTold } from '../listing/scope.ts'
import { seenBy } from '../tags/operations.ts'
import { presentFile } from '../operations.ts'
import { apply, type Changing } from './applying.ts'
import { undo } from './undoing.ts'
import * as store from './store.ts'

/** A change can be undone for so long. */
export const KEPT_HOURS = 24
const READ = 1
const WRITE = 8
const SHARE = 16
/** Of so many files each is announced to all who may read it; of more, only that there were many, and to those who see everything. */
const TOLD_EACH = 100

type Machines = Pick<Platform, 'db'>
type Passed = Map<PassedOverReason, number>

/**
 * Does one thing to many files: to those of the selection that the caller may change so.
 *
 * @returns how many were changed, and of the others how many were not, and why
 * @throws not-found        the organization is none of the caller's; or the tag, folder or principal is none
 * @throws not-allowed      nothing may be put into the folder, or an API key may not share
 * @throws too-large        more match than can be changed at once
 * @throws invalid-request
 */
export function changeFiles(
  { db }: Machines,
  actor: UserActor,
  input: { organizationId: string; selection: Selection; change: FileChange },
): Promise<Changed> {
  const { organizationId, selection, change } = input
  return inTransaction(db, async (tx) => {
    const scope = await scopeOf(tx, actor, organizationId)
    if ('filter' in selection) requireTold(actor, selection.filter)
    if (change.kind === 'share' && !access.narrow(actor, ['share']).includes('share'))
      throw new Problem('not-allowed', 'This API key was not given the scope share.')
    const isGuestAtTop = change.kind === 'folder' && change.folderId === null && scope.role === 'guest'
    if (isGuestAtTop) throw new Problem('not-allowed', 'Guests cannot move files to the top.')
    const passed: Passed = new Map()
    const fileIds = await choose(tx, scope, { selection, change, passed })
    const changeId = newId()
    await store.insertChange(tx, { id: changeId, organizationId, createdBy: actor.userId, change: told(change) })
    const { changed, left } = await apply(tx, actor, { scope, changeId, fileIds }, change)
    for (const { reason, fileIds: of } of left) add(passed, reason, of.length)
    // There is nothing to undo then.
    if (changed.length === 0) await store.deleteChange(tx, changeId)
    await announce(tx, actor, { organizationId, changed, change })
    return { ...(changed.length > 0 && { changeId }), count: changed.length, passedOver: list(passed) }
  })
}

/**
 * Puts back what one change has changed, wherever nobody has changed it since.
 *
 * @throws not-found  there is no such change of the caller's, or it is undone, or too long ago
 */
export function undoFileChange(
  { db }: Machines,
  actor: UserActor,
  input: { organizationId: string; changeId: string },
): Promise<Pick<Changed, 'count' | 'passedOver'>> {
  const { organizationId, changeId } = input
  return inTransaction(db, async (tx) => {
    const scope = await scopeOf(tx, actor, organizationId)
    const found = await store.lockChange(tx, { changeId, organizationId, userId: actor.userId }, KEPT_HOURS)
    if (found === undefined) throw new Problem('not-found', 'There is nothing that can be undone, or no longer.')
    const change = found.change as FileChange
    const before = await store.listBefore(tx, changeId)
    const passed: Passed = new Map()
    const selection = { fileIds: before.map(({ fileId }) => fileId) }
    const fileIds = await choose(tx, scope, { selection, change, passed })
    const changing: Changing = { scope, changeId, fileIds }
    const open = new Set(fileIds)
    const changed = await undo(tx, actor, changing, { change, before: before.filter(({ fileId }) => open.has(fileId)) })
    add(passed, 'changed-since', fileIds.length - changed.length)
    await store.setUndone(tx, changeId)
    await announce(tx, actor, { organizationId, changed, change })
    return { count: changed.length, passedOver: list(passed) }
  })
}

/**
 * Says of one file what it shows and when it happened.
 *
 * @throws not-found, not-allowed, invalid-request
 */
export async function describeFile(
  { db }: Machines,
  actor: UserActor,
  input: { fileId: string; description?: string; happened?: HappenedChange },
): Promise<File> {
  const { fileId, description, happened } = input
  return inTransaction(db, async (tx) => {
    await access.require(tx, actor, 'write', fileId)
    const { organizationId } = await presentFile(tx, actor, fileId)
    const scope = await scopeOf(tx, actor, organizationId)
    const changes: FileChange[] = [
      ...(description === undefined ? [] : [{ kind: 'description' as const, description }]),
      ...(happened === undefined ? [] : [{ kind: 'happened' as const, happened }]),
    ]
    for (const change of changes) {
      const changeId = newId()
      await store.insertChange(tx, { id: changeId, organizationId, createdBy: actor.userId, change: told(change) })
      const { changed } = await apply(tx, actor, { scope, changeId, fileIds: [fileId] }, change)
      await announce(tx, actor, { organizationId, changed, change })
    }
    return presentFile(tx, actor, fileId)
  })
}

async function scopeOf(tx: Tx, actor: UserActor, organizationId: string) {
  const role = await access.requireMember(tx, actor, organizationId, 'guest')
  const seesEverything = role === 'owner' || role === 'admin'
  return { organizationId, userId: actor.userId, seesEverything, role, seen: seenBy(role) }
}

/** Locks what is selected and keeps those that the actor may change so; the rest is counted by why not. */
async function choose(
  tx: Tx,
  scope: Changing['scope'],
  { selection, change, passed }: { selection: Selection | { fileIds: string[] }; change: FileChange; passed: Passed },
): Promise<string[]> {
  const most = change.kind === 'folder' || change.kind === 'share' ? MOST_MOVED : MOST_CHANGED
  const which =
    'fileIds' in selection
      ? { fileIds: [...new Set(selection.fileIds)] }
      : { filter: selection.filter, exceptIds: selection.exceptIds ?? [] }
  const rows = await store.lockChosen(tx, scope, which, most + 1)
  if (rows.length > most) throw tooMany(most)
  const seen = rows.filter(({ rights }) => (rights & READ) !== 0)
  if ('fileIds' in which) add(passed, 'not-found', which.fileIds.length - seen.length)
  const needed = change.kind === 'share' ? SHARE : WRITE
  const allowed = seen.filter(({ rights }) => (rights & needed) !== 0)
  add(passed, 'not-allowed', seen.length - allowed.length)
  const open = allowed.filter(({ isTrashed }) => !isTrashed)
  add(passed, 'in-trash', allowed.length - open.length)
  return open.map(({ id }) => id)
}

/** What is kept of a change: a description stands with what was before it, by its hash. */
const told = (change: FileChange): object => (change.kind === 'description' ? { kind: change.kind } : change)

async function announce(
  tx: Tx,
  actor: UserActor,
  about: { organizationId: string; changed: readonly string[]; change: FileChange },
): Promise<void> {
  const { organizationId, changed, change } = about
  if (changed.length === 0 || change.kind === 'share') return
  const type = change.kind === 'folder' ? 'file.moved' : 'file.changed'
  if (changed.length <= TOLD_EACH) {
    for (const fileId of changed) await events.publish(tx, { resourceId: fileId }, { type, organizationId, fileId })
    return
  }
  const hearers = new Set([actor.userId, ...(await access.listSupervisors(tx, organizationId))])
  for (const userId of hearers)
    await events.publish(tx, { userId }, { type: 'files.changed', organizationId, count: changed.length })
}

function add(passed: Passed, reason: PassedOverReason, count: number): void {
  if (count > 0) passed.set(reason, (passed.get(reason) ?? 0) + count)
}

const list = (passed: Passed) => [...passed].map(([reason, count]) => ({ reason, count }))

const tooMany = (most: number) =>
  new Problem(
    'too-large',
    `At most ${most.toLocaleString('en')} files are changed like this at once, and more are chosen. Do it in parts, such as month by month.`,
  )
