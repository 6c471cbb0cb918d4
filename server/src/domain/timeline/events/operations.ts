import type { TimelineEvent, TimelineEventFilter, TimelineEventKind } from '@trove/contract/timeline-events'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction, type Db } from '../../../platform/db/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as access from '../../access/index.ts'
import * as audit from '../../audit/index.ts'
import * as files from '../../files/index.ts'
import { clipLimitOf } from '../../organizations/index.ts'
import { eventCursor, parseEventCursor } from './cursor.ts'
import { presentEvents } from './present.ts'
import { requireFits } from './rules.ts'
import { addEvent, requireChangeable, scopeOf, tellChanged, unknownEvent } from './steps.ts'
import * as store from './store.ts'

const DEFAULT_LIMIT = 50

type Created = {
  organizationId: string
  kind: TimelineEventKind
  title: string
  text?: string
  folderId?: string
  happenedAt?: string
  fileIds: string[]
  tagIds?: string[]
}

/**
 * Makes an event of files that the actor may read; showing them there gives nobody a right on them.
 *
 * @throws not-found        organization, folder, tag or one of the files
 * @throws not-allowed, read-only
 * @throws invalid-request  the time is none
 * @throws type-not-allowed, limit-reached, not-ready, clip-too-long  as `requireFits` says
 */
export async function createEvent(
  platform: Pick<Platform, 'db'>,
  actor: UserActor,
  input: Created,
): Promise<TimelineEvent> {
  const { organizationId, kind, folderId, happenedAt, fileIds, tagIds = [] } = input
  const happened = happenedAt === undefined ? undefined : requireInstant(happenedAt)
  const eventId = await inTransaction(platform.db, async (tx) => {
    await access.requireMember(tx, actor, organizationId, folderId === undefined ? 'member' : 'guest')
    const scope = await scopeOf(tx, actor, organizationId)
    await access.requireOpen(tx, organizationId)
    if (folderId !== undefined) await files.requireOpenFolder(tx, actor, { organizationId, folderId })
    const shown = await files.requireUsable(tx, scope, fileIds)
    requireFits(kind, shown, { count: 0, clipSeconds: await clipLimitOf(tx, organizationId) })
    const { title, text } = input
    const words = { title: title.trim(), ...(text !== undefined && { text }) }
    const id = await addEvent(tx, actor, {
      organizationId,
      createdBy: actor.userId,
      kind,
      ...words,
      folderId,
      happened,
      fileIds,
    })
    if (tagIds.length > 0) await store.insertTags(tx, organizationId, [id], await files.requireTags(tx, scope, tagIds))
    return id
  })
  return getEvent(platform.db, actor, eventId)
}

/**
 * @throws not-found
 * @throws invalid-request  the cursor is none of ours
 */
export async function listEvents(
  db: Db,
  actor: UserActor,
  input: TimelineEventFilter & { organizationId: string; limit?: number; cursor?: string },
): Promise<{ items: TimelineEvent[]; next?: string }> {
  const { organizationId, limit = DEFAULT_LIMIT, cursor, ...filter } = input
  const after = cursor === undefined ? undefined : parseEventCursor(cursor)
  const scope = await scopeOf(db, actor, organizationId)
  if (filter.folderId !== undefined) await access.require(db, actor, 'read', filter.folderId)
  const rows = await store.listEvents(db, scope, filter, { limit: limit + 1, after })
  const shown = rows.slice(0, limit)
  const held = shown.map((row) => ({ ...row, held: access.narrow(actor, access.rightsIn(row.rights)) }))
  const last = shown.at(-1)
  return {
    items: await presentEvents(db, actor, scope, held),
    ...(rows.length > limit && last !== undefined && { next: eventCursor(last) }),
  }
}

/** @throws not-found */
export async function getEvent(db: Db, actor: UserActor, eventId: string): Promise<TimelineEvent> {
  const held = await access.require(db, actor, 'read', eventId)
  const row = await store.getEvent(db, eventId)
  if (row === undefined) throw unknownEvent(eventId)
  const scope = await scopeOf(db, actor, row.organizationId)
  const [event] = await presentEvents(db, actor, scope, [{ ...row, held }])
  if (event === undefined) throw unknownEvent(eventId)
  return event
}

/**
 * @throws not-found, not-allowed, wrong-state
 * @throws invalid-request  the time is none
 */
export async function changeEvent(
  platform: Pick<Platform, 'db'>,
  actor: UserActor,
  input: { eventId: string; title?: string; text?: string; happenedAt?: string | null },
): Promise<TimelineEvent> {
  const { eventId, happenedAt, text } = input
  const title = input.title?.trim()
  const happened = typeof happenedAt === 'string' ? requireInstant(happenedAt) : happenedAt
  await inTransaction(platform.db, async (tx) => {
    const event = await requireChangeable(tx, actor, eventId)
    const { organizationId } = event
    await store.setWords(tx, eventId, { ...(title !== undefined && { title }), ...(text !== undefined && { text }) })
    if (title !== undefined && title !== event.title) await files.setUseName(tx, eventId, title)
    if (happened !== undefined) await store.setHappened(tx, eventId, happened)
    const facts = {
      ...(title !== undefined && title !== event.title && { from: event.title, to: title }),
      ...(text !== undefined && { text: true }),
      ...(happenedAt !== undefined && { happenedAt }),
    }
    await audit.record(tx, actor, 'event.changed', { organizationId, resourceId: eventId, facts })
    await tellChanged(tx, event)
  })
  return getEvent(platform.db, actor, eventId)
}

function requireInstant(written: string) {
  const instant = files.parseInstant(written)
  if (instant !== undefined && files.isPossible(instant.at)) return instant
  const detail = 'The time must be a date with a time and its offset from UTC, such as 2026-05-04T12:30:00+02:00.'
  throw new Problem('invalid-request', detail, { errors: [{ pointer: '#/body/happenedAt', detail }] })
}
