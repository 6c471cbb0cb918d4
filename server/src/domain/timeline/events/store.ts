import type { HappenedFrom } from '@trove/contract/files'
import type { TagRef } from '@trove/contract/tags'
import type { TimelineEventFilter, TimelineEventKind } from '@trove/contract/timeline-events'
import { sql, type RawBuilder } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'
import { rightsSum, rightsSumOfAll } from '../../access/index.ts'
import type { After } from './cursor.ts'

/** Whose view of which organization. Whoever sees everything needs no decision about each row. */
export type Scope = { organizationId: string; userId: string; seesEverything: boolean }

export type EventRow = {
  id: string
  organizationId: string
  kind: TimelineEventKind
  title: string
  text: string
  folderId: string | null
  happenedAt: Date
  offsetMinutes: number
  happenedFrom: HappenedFrom
  localAt: string
  pictureCount: number
  createdAt: Date
  createdById: string
  createdByName: string
  trashedAt: Date | null
}

const WRITE = sql.lit(8)

export const owned = {
  id: sql.ref('event.id'),
  organizationId: sql.ref('event.organization_id'),
  createdBy: sql.ref('event.created_by'),
}

const rightsIn = ({ organizationId, userId, seesEverything }: Scope): RawBuilder<number> =>
  seesEverything
    ? rightsSumOfAll(sql`${userId}::uuid`, sql`${organizationId}::uuid`)
    : rightsSum(sql`${userId}::uuid`, owned)

// Its folder's trash is its own: files and folders know nothing of events, and come back by themselves.
const columns = sql`
  event.id, event.organization_id as "organizationId", event.kind, event.title, event.description as text,
  resource.parent_id as "folderId", event.happened_at as "happenedAt", event.offset_minutes as "offsetMinutes",
  event.happened_from as "happenedFrom", event.local_at::text as "localAt", event.picture_count as "pictureCount",
  event.created_at as "createdAt", author.id as "createdById", author.name as "createdByName",
  coalesce(event.trashed_at, folder.trashed_at) as "trashedAt"`
const joins = sql`timeline_event as event
  join resource on resource.id = event.id
  join "user" as author on author.id = event.created_by
  left join folder on folder.id = resource.parent_id`

export async function getEvent(db: Db, eventId: string): Promise<EventRow | undefined> {
  const { rows } = await sql<EventRow>`select ${columns} from ${joins} where event.id = ${eventId}::uuid`.execute(db)
  return rows[0]
}

/** Events, those that happened last first, each with the sum of the user's rights on it. */
export async function listEvents(
  db: Db,
  scope: Scope,
  filter: TimelineEventFilter,
  page: { limit: number; after: After | undefined },
): Promise<(EventRow & { rights: number })[]> {
  const { after } = page
  const { rows } = await sql<EventRow & { rights: number }>`
    select ${columns}, ${rightsIn(scope)} as rights from ${joins}
    where event.organization_id = ${scope.organizationId}::uuid ${conditions(filter)}
      ${after === undefined ? sql`` : sql`and (event.local_at, event.id) < (${after.localAt}::timestamp, ${after.id}::uuid)`}
      and ${scope.seesEverything ? sql`true` : sql`${rightsIn(scope)} & 1 = 1`}
    order by event.local_at desc, event.id desc limit ${page.limit}`.execute(db)
  return rows
}

function conditions({ kind, tagId, authorId, folderId, from, to, trashed = false }: TimelineEventFilter) {
  return sql`
    ${trashed ? sql`and event.trashed_at is not null` : sql`and event.trashed_at is null and folder.trashed_at is null`}
    ${kind === undefined ? sql`` : sql`and event.kind = ${kind}`}
    ${authorId === undefined ? sql`` : sql`and event.created_by = ${authorId}::uuid`}
    ${folderId === undefined ? sql`` : sql`and resource.parent_id = ${folderId}::uuid`}
    ${from === undefined ? sql`` : sql`and event.local_at >= ${from}::date`}
    ${to === undefined ? sql`` : sql`and event.local_at < ${to}::date + 1`}
    ${tagId === undefined ? sql`` : sql`and exists (select from event_tag where event_id = event.id and tag_id = ${tagId}::uuid)`}`
}

export async function insertEvent(
  tx: Tx,
  event: {
    id: string
    organizationId: string
    createdBy: string
    kind: TimelineEventKind
    title: string
    text: string
    happened: { at: Date; offsetMinutes: number } | undefined
  },
): Promise<void> {
  const { happened } = event
  await tx
    .insertInto('timeline_event')
    .values({
      id: event.id,
      organization_id: event.organizationId,
      created_by: event.createdBy,
      kind: event.kind,
      title: event.title,
      description: event.text,
      ...(happened !== undefined && {
        happened_at: happened.at,
        offset_minutes: happened.offsetMinutes,
        happened_from: 'hand',
      }),
    })
    .execute()
}

/** An event that is not in the trash, locked until the transaction ends. */
export function lockEvent(tx: Tx, eventId: string) {
  return tx
    .selectFrom('timeline_event')
    .select([
      'id',
      'organization_id as organizationId',
      'kind',
      'title',
      'picture_count as pictureCount',
      'trashed_at as trashedAt',
    ])
    .$narrowType<{ kind: TimelineEventKind }>()
    .where('id', '=', eventId)
    .forUpdate()
    .executeTakeFirst()
}

export async function setWords(tx: Tx, eventId: string, words: { title?: string; text?: string }): Promise<void> {
  const { title, text } = words
  if (title === undefined && text === undefined) return
  await tx
    .updateTable('timeline_event')
    .set({ ...(title !== undefined && { title }), ...(text !== undefined && { description: text }) })
    .where('id', '=', eventId)
    .execute()
}

/** By hand, or by its pictures again. */
export async function setHappened(
  tx: Tx,
  eventId: string,
  happened: { at: Date; offsetMinutes: number } | null,
): Promise<void> {
  await tx
    .updateTable('timeline_event')
    .set(
      happened === null
        ? { happened_from: 'upload' }
        : { happened_at: happened.at, offset_minutes: happened.offsetMinutes, happened_from: 'hand' },
    )
    .where('id', '=', eventId)
    .execute()
  if (happened === null) await sql`select follow_pictures(array[${eventId}::uuid])`.execute(tx)
}

type Which = { eventIds: readonly string[] } | { batchId: string }

const isSelected = (scope: Scope, which: Which) => sql<boolean>`
  ${'batchId' in which ? sql`event.trash_batch_id = ${which.batchId}::uuid` : sql`event.id = any(${which.eventIds}::uuid[])`}
  and event.organization_id = ${scope.organizationId}::uuid and ${rightsIn(scope)} & ${WRITE} = ${WRITE}`

/** Of these, the ones that a user may change, locked in the order of their ids. */
export async function lockChangeable(
  tx: Tx,
  scope: Scope,
  which: Which,
  about: { trashed: boolean },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select event.id from timeline_event as event
    where ${isSelected(scope, which)} and ${about.trashed ? sql`event.trashed_at is not null` : sql`event.trashed_at is null`}
    order by event.id for update of event`.execute(tx)
  return rows.map(({ id }) => id)
}

export async function setTrashed(tx: Tx, eventIds: readonly string[], batchId: string | null): Promise<void> {
  await sql`
    update timeline_event set trash_batch_id = ${batchId}::uuid,
      trashed_at = ${batchId === null ? sql`null` : sql`now()`}
    where id = any(${eventIds}::uuid[])`.execute(tx)
}

/** Of these, the ones that lie in a folder that is in the trash. */
export async function listInTrashedFolder(tx: Tx, eventIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select resource.id from resource join folder on folder.id = resource.parent_id
    where resource.id = any(${eventIds}::uuid[]) and folder.trashed_at is not null`.execute(tx)
  return rows.map(({ id }) => id)
}

/** Of these resources, those that are events of an organization. */
export async function listEventsAmong(db: Db, organizationId: string, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from timeline_event where id = any(${ids}::uuid[]) and organization_id = ${organizationId}::uuid
      and trashed_at is null`.execute(db)
  return rows.map(({ id }) => id)
}

/** Returns the events that did not carry all of them. */
export async function insertTags(
  tx: Tx,
  organizationId: string,
  eventIds: readonly string[],
  tagIds: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    insert into event_tag (event_id, tag_id, organization_id)
    select event_id, tag_id, ${organizationId}::uuid
    from unnest(${eventIds}::uuid[]) as chosen (event_id) cross join unnest(${tagIds}::uuid[]) as given (tag_id)
    order by 1, 2 on conflict do nothing returning event_id as id`.execute(tx)
  return rows.map(({ id }) => id)
}

/** Returns the events that carried one of them. */
export async function deleteTags(tx: Tx, eventIds: readonly string[], tagIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    delete from event_tag where event_id = any(${eventIds}::uuid[]) and tag_id = any(${tagIds}::uuid[])
    returning event_id as id`.execute(tx)
  return rows.map(({ id }) => id)
}

export async function listTags(db: Db, eventIds: readonly string[]): Promise<(TagRef & { eventId: string })[]> {
  const { rows } = await sql<TagRef & { eventId: string }>`
    select event_tag.event_id as "eventId", tag.id, tag.name from event_tag join tag on tag.id = event_tag.tag_id
    where event_tag.event_id = any(${eventIds}::uuid[]) order by lower(tag.name), tag.id`.execute(db)
  return rows
}

/** Events whose time in the trash is over, or that lie in a folder whose time is, locked; those another sweep holds are left to it. */
export async function lockOverdue(
  tx: Tx,
  days: number,
  limit: number,
): Promise<{ id: string; organizationId: string }[]> {
  const { rows } = await sql<{ id: string; organizationId: string }>`
    select event.id, event.organization_id as "organizationId" from timeline_event as event
    where event.id in (${overdue(days)} limit ${limit})
    order by event.id for update of event skip locked`.execute(tx)
  return rows
}

export async function countOverdue(db: Db, days: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (${overdue(days)}) as due`.execute(db)
  return rows[0]?.count ?? 0
}

const overdue = (days: number) => sql`
  select id from timeline_event where trashed_at < now() - make_interval(days => ${days})
  union
  select resource.id from folder join resource on resource.parent_id = folder.id and resource.kind = 'event'
  where folder.trashed_at < now() - make_interval(days => ${days})`

export async function deleteEvents(tx: Tx, eventIds: readonly string[]): Promise<void> {
  await sql`delete from timeline_event where id = any(${eventIds}::uuid[])`.execute(tx)
}
