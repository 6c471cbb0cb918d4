import type { Picture } from '@trove/contract/timeline-events'
import type { UserActor } from '../../../../platform/actor.ts'
import { inTransaction, type Db, type Tx } from '../../../../platform/db/index.ts'
import type { Platform } from '../../../../platform/platform.ts'
import { Problem } from '../../../../platform/problem.ts'
import * as access from '../../../access/index.ts'
import * as audit from '../../../audit/index.ts'
import * as files from '../../../files/index.ts'
import { clipLimitOf } from '../../../organizations/index.ts'
import { positionsIn, requireFits, STEP } from '../rules.ts'
import { listUnsharedOf } from '../sharing/operations.ts'
import { requireChangeable, scopeOf, showFiles, tellChanged, unknownEvent } from '../steps.ts'
import * as events from '../store.ts'
import * as store from './store.ts'

const DEFAULT_LIMIT = 50
const CURSOR = /^-?\d{1,19}$/

type Machines = Pick<Platform, 'db'>

/**
 * Others are neither told nor counted: they are not the caller's to see.
 *
 * @throws not-found
 * @throws invalid-request  the cursor is none of ours
 */
export async function listPictures(
  db: Db,
  actor: UserActor,
  input: { eventId: string; limit?: number; cursor?: string },
): Promise<{ items: Picture[]; next?: string }> {
  const { eventId, limit = DEFAULT_LIMIT, cursor } = input
  if (cursor !== undefined && !(CURSOR.test(cursor) && Number.isSafeInteger(Number(cursor))))
    throw new Problem('invalid-request', 'The cursor must be the `next` of a page before.')
  const { scope } = await openFor(db, actor, eventId)
  const after = cursor === undefined ? undefined : Number(cursor)
  const rows = await store.listPictures(db, scope, eventId, { limit: limit + 1, after })
  const shown = rows.slice(0, limit)
  const ids = shown.map(({ fileId }) => fileId)
  const byId = await files.filesById(db, actor, scope, ids)
  const items = shown.flatMap(({ fileId, caption }) => {
    const file = byId.get(fileId)
    return file === undefined ? [] : [{ file, caption }]
  })
  const last = shown.at(-1)
  return { items, ...(rows.length > limit && last !== undefined && { next: String(last.position) }) }
}

type Added = { eventId: string; pictures: { fileId: string; caption?: string }[]; afterFileId?: string | null }

/**
 * Each file once: one that is shown already stays as it is, and is told.
 *
 * @throws not-found    the event, one of the files, or the one to come after
 * @throws not-allowed, wrong-state
 * @throws type-not-allowed, limit-reached, not-ready, clip-too-long  as `requireFits` says
 */
export async function addPictures(platform: Machines, actor: UserActor, input: Added) {
  const added = await insertPictures(platform, actor, input)
  const unshared = await listUnsharedOf(platform.db, actor, input.eventId, added.addedIds)
  return { ...added, ...(unshared !== undefined && { unshared }) }
}

async function insertPictures(platform: Machines, actor: UserActor, input: Added) {
  const { eventId, afterFileId } = input
  const captions = new Map(input.pictures.map(({ fileId, caption = '' }) => [fileId, caption]))
  const { scope } = await openFor(platform.db, actor, eventId, 'write')
  return inTransaction(platform.db, async (tx) => {
    await access.requireOpen(tx, scope.organizationId)
    const usable = await files.requireUsable(tx, scope, [...captions.keys()])
    const event = await requireChangeable(tx, actor, eventId)
    const { organizationId, title } = event
    const shownIds = await store.listShown(tx, eventId, [...captions.keys()])
    const fresh = usable.filter(({ id }) => !shownIds.has(id))
    requireFits(event.kind, fresh, { count: event.pictureCount, clipSeconds: await clipLimitOf(tx, organizationId) })
    const addedIds = [...captions.keys()].filter((id) => !shownIds.has(id))
    if (addedIds.length > 0) {
      const positions = await findRoom(tx, scope, { eventId, afterFileId, count: addedIds.length })
      const pictures = addedIds.map((fileId, i) => ({
        fileId,
        caption: captions.get(fileId) ?? '',
        position: positions[i] ?? 0,
      }))
      await showFiles(tx, { eventId, organizationId, createdBy: actor.userId, title }, pictures)
      const facts = { count: addedIds.length, fileIds: addedIds.slice(0, MOST_TOLD) }
      await audit.record(tx, actor, 'event.pictures-added', { organizationId, resourceId: eventId, facts })
      await tellChanged(tx, event)
    }
    return { addedIds, alreadyIds: [...shownIds] }
  })
}

const REMOVED = 'event.picture-removed'

/** Ids in one line of the trail. */
const MOST_TOLD = 50

/** @throws not-found, not-allowed, wrong-state */
export async function captionPicture(
  platform: Machines,
  actor: UserActor,
  { eventId, fileId, caption }: { eventId: string; fileId: string; caption: string },
): Promise<void> {
  await changePicture(platform, actor, { eventId, fileId }, 'event.picture-captioned', (tx) =>
    store.setCaption(tx, eventId, fileId, caption),
  )
}

/**
 * One small write: the others keep their places, so of two people who move at once neither loses a picture.
 *
 * @throws not-found, not-allowed, wrong-state
 */
export async function movePicture(
  platform: Machines,
  actor: UserActor,
  { eventId, fileId, afterFileId }: { eventId: string; fileId: string; afterFileId: string | null },
): Promise<void> {
  await changePicture(platform, actor, { eventId, fileId }, 'event.picture-moved', async (tx, scope) => {
    if (afterFileId === fileId) return
    const [position] = await findRoom(tx, scope, { eventId, afterFileId, count: 1, but: fileId })
    if (position !== undefined) await store.setPosition(tx, eventId, fileId, position)
  })
}

/**
 * Detaches a file from an event; the file itself stays. Whoever was given it along with the event has it no more.
 *
 * @throws not-found, not-allowed, wrong-state
 */
export async function removePicture(
  platform: Machines,
  actor: UserActor,
  { eventId, fileId }: { eventId: string; fileId: string },
): Promise<void> {
  await changePicture(platform, actor, { eventId, fileId }, REMOVED, async (tx, { organizationId }) => {
    await files.deleteUses(tx, eventId, [fileId])
    await access.ungiveUnshown(tx, actor, { organizationId, fileIds: [fileId] })
  })
}

async function changePicture(
  platform: Machines,
  actor: UserActor,
  { eventId, fileId }: { eventId: string; fileId: string },
  action: string,
  change: (tx: Tx, scope: events.Scope) => Promise<void>,
): Promise<void> {
  const { scope } = await openFor(platform.db, actor, eventId, 'write')
  await inTransaction(platform.db, async (tx) => {
    // Rights are given and taken under this lock, which comes before that of the event.
    if (action === REMOVED) await access.lockTree(tx, scope.organizationId, [eventId, fileId])
    const event = await requireChangeable(tx, actor, eventId)
    const { organizationId } = event
    await requirePosition(tx, scope, eventId, fileId)
    await change(tx, scope)
    await audit.record(tx, actor, action, { organizationId, resourceId: eventId, facts: { fileId } })
    await tellChanged(tx, event)
  })
}

/** Positions in the gap that is asked for; the others are numbered anew when there are none left in it. The event is locked. */
async function findRoom(
  tx: Tx,
  scope: events.Scope,
  asked: { eventId: string; afterFileId: string | null | undefined; count: number; but?: string },
): Promise<number[]> {
  const { eventId, afterFileId, count, but } = asked
  const look = async () => {
    const behind =
      afterFileId === undefined
        ? ('last' as const)
        : afterFileId === null
          ? undefined
          : await requirePosition(tx, scope, eventId, afterFileId)
    return positionsIn(await store.getGap(tx, eventId, { behind, ...(but !== undefined && { but }) }), count)
  }
  const found = await look()
  if (found !== undefined) return found
  await store.renumber(tx, eventId, STEP)
  const room = await look()
  if (room === undefined) throw new Error(`no room in ${eventId} although it was numbered anew`)
  return room
}

/** @throws not-found  the event does not show it, or nothing that the caller may read */
async function requirePosition(tx: Tx, scope: events.Scope, eventId: string, fileId: string): Promise<number> {
  const position = (await store.listPositions(tx, scope, eventId, [fileId])).get(fileId)
  if (position === undefined) throw new Problem('not-found', `The event shows no file ${fileId}.`)
  return position
}

async function openFor(db: Db, actor: UserActor, eventId: string, right: 'read' | 'write' = 'read') {
  await access.require(db, actor, right, eventId)
  const event = await events.getEvent(db, eventId)
  if (event === undefined) throw unknownEvent(eventId)
  return { event, scope: await scopeOf(db, actor, event.organizationId) }
}
