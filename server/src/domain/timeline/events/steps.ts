import type { TimelineEventKind } from '@trove/contract/timeline-events'
import type { Actor, UserActor } from '../../../platform/actor.ts'
import type { Db, Tx } from '../../../platform/db/index.ts'
import * as events from '../../../platform/events.ts'
import { newId } from '../../../platform/ids.ts'
import { Problem } from '../../../platform/problem.ts'
import * as access from '../../access/index.ts'
import * as audit from '../../audit/index.ts'
import * as files from '../../files/index.ts'
import * as pictures from './pictures/store.ts'
import { positionsIn } from './rules.ts'
import * as store from './store.ts'

// Locks are taken in one order: files, then events; of each by their ids. Migration 0033 says why.

/** As whom the actor sees an organization's files, events and tags. @throws not-found */
export async function scopeOf(
  db: Db,
  actor: UserActor,
  organizationId: string,
): Promise<store.Scope & { seen: 'all' | 'own' }> {
  const role = await access.requireMember(db, actor, organizationId, 'guest')
  const seesEverything = role === 'owner' || role === 'admin'
  return { organizationId, userId: actor.userId, seesEverything, seen: files.seenBy(role) }
}

export type NewEvent = {
  organizationId: string
  createdBy: string
  kind: TimelineEventKind
  title: string
  text?: string
  folderId?: string | undefined
  happened?: { at: Date; offsetMinutes: number } | undefined
  fileIds: readonly string[]
}

/** The event, its pictures in the order of `fileIds`, and what is told of it. The files are locked; whether they fit has been asked. */
export async function addEvent(tx: Tx, actor: Actor, event: NewEvent): Promise<string> {
  const { organizationId, createdBy, kind, title, text = '', folderId, happened, fileIds } = event
  const id = newId()
  await access.insertResource(tx, { id, organizationId, kind: 'event', createdBy, parentId: folderId })
  await store.insertEvent(tx, { id, organizationId, createdBy, kind, title, text, happened })
  const positions = positionsIn({ before: undefined, after: undefined }, fileIds.length) ?? []
  const shown = fileIds.map((fileId, i) => ({ fileId, caption: '', position: positions[i] ?? 0 }))
  await showFiles(tx, { eventId: id, organizationId, createdBy, title }, shown)
  const facts = { kind, title, pictureCount: fileIds.length, ...(folderId !== undefined && { folderId }) }
  await audit.record(tx, actor, 'event.created', { organizationId, resourceId: id, facts })
  await events.publish(tx, { resourceId: id }, { type: 'timeline-event.added', organizationId, eventId: id })
  return id
}

/** Puts files into an event, each with its caption and its place. They are locked; whether they fit has been asked. */
export async function showFiles(
  tx: Tx,
  about: { eventId: string; organizationId: string; createdBy: string; title: string },
  shown: readonly { fileId: string; caption: string; position: number }[],
): Promise<void> {
  const { eventId, organizationId, title } = about
  const fileIds = shown.map(({ fileId }) => fileId)
  await files.insertUses(tx, { organizationId, usedBy: eventId, kind: 'event', name: title }, fileIds)
  await pictures.insertPictures(tx, about, shown)
}

/**
 * An event that the actor may change, locked.
 *
 * @throws not-found, not-allowed
 * @throws wrong-state  it is in the trash
 */
export async function requireChangeable(tx: Tx, actor: UserActor, eventId: string) {
  await access.require(tx, actor, 'write', eventId)
  const event = await store.lockEvent(tx, eventId)
  if (event === undefined) throw unknownEvent(eventId)
  if (event.trashedAt !== null)
    throw new Problem('wrong-state', 'The event is in the trash; restore it to change it.', {
      from: 'trashed',
      to: 'changed',
    })
  return event
}

/**
 * An event that the actor may share.
 *
 * @throws not-found, not-allowed
 * @throws wrong-state  it is in the trash
 */
export async function requireGivable(db: Db, actor: UserActor, eventId: string): Promise<store.EventRow> {
  await access.require(db, actor, 'share', eventId)
  const event = await store.getEvent(db, eventId)
  if (event === undefined) throw unknownEvent(eventId)
  if (event.trashedAt !== null)
    throw new Problem('wrong-state', 'The event is in the trash; restore it to share it.', {
      from: 'trashed',
      to: 'shared',
    })
  return event
}

/** To whoever may read the event. */
export const tellChanged = (tx: Tx, { organizationId, id }: { organizationId: string; id: string }): Promise<void> =>
  events.publish(tx, { resourceId: id }, { type: 'timeline-event.changed', organizationId, eventId: id })

export const unknownEvent = (eventId: string) => new Problem('not-found', `No event ${eventId}.`)
