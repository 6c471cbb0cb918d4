import { sql, type RawBuilder } from 'kysely'
import type { Db, Tx } from '../../../../platform/db/index.ts'
import { rightsSum } from '../../../access/index.ts'

type Scope = { organizationId: string; userId: string; seesEverything: boolean }

const owned = {
  id: sql.ref('file.id'),
  organizationId: sql.ref('file.organization_id'),
  createdBy: sql.ref('file.created_by'),
}
const isReadable = ({ userId, seesEverything }: Scope): RawBuilder<boolean> =>
  seesEverything ? sql<boolean>`true` : sql<boolean>`${rightsSum(sql`${userId}::uuid`, owned)} & 1 = 1`

export type PictureRow = { fileId: string; caption: string; position: number }

/** One page of what an event shows of files that a user may read, in its order. */
export async function listPictures(
  db: Db,
  scope: Scope,
  eventId: string,
  page: { limit: number; after: number | undefined },
): Promise<PictureRow[]> {
  const { rows } = await sql<PictureRow>`
    select picture.file_id as "fileId", picture.caption, picture.position
    from event_picture as picture join file on file.id = picture.file_id
    where picture.event_id = ${eventId}::uuid and ${isReadable(scope)}
      ${page.after === undefined ? sql`` : sql`and picture.position > ${page.after}::bigint`}
    order by picture.position limit ${page.limit}`.execute(db)
  return rows
}

/** Of each event the first few pictures that a user may read, and how many those are in all. */
export async function listCovers(
  db: Db,
  scope: Scope,
  eventIds: readonly string[],
  most: number,
): Promise<{ eventId: string; fileIds: string[]; count: number }[]> {
  const count = scope.seesEverything
    ? sql`asked.picture_count`
    : sql`(select count(*)::int from event_picture as picture join file on file.id = picture.file_id
        where picture.event_id = asked.id and ${isReadable(scope)})`
  const { rows } = await sql<{ eventId: string; fileIds: string[]; count: number }>`
    select asked.id as "eventId", ${count} as count, array(
      select picture.file_id from event_picture as picture join file on file.id = picture.file_id
      where picture.event_id = asked.id and ${isReadable(scope)}
      order by picture.position limit ${most}) as "fileIds"
    from timeline_event as asked where asked.id = any(${eventIds}::uuid[])`.execute(db)
  return rows
}

/** Of these files, those that an event shows and a user may read, with where they stand. */
export async function listPositions(
  db: Db,
  scope: Scope,
  eventId: string,
  fileIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ fileId: string; position: number }>`
    select picture.file_id as "fileId", picture.position
    from event_picture as picture join file on file.id = picture.file_id
    where picture.event_id = ${eventId}::uuid and picture.file_id = any(${fileIds}::uuid[]) and ${isReadable(scope)}`.execute(
    db,
  )
  return new Map(rows.map(({ fileId, position }) => [fileId, position]))
}

/** All that events show, whoever may read it. */
export async function listFilesOf(db: Db, eventIds: readonly string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('event_picture')
    .select('file_id')
    .distinct()
    .where('event_id', '=', sql<string>`any(${eventIds}::uuid[])`)
    .execute()
  return rows.map(({ file_id }) => file_id)
}

/** Of these files, those that an event shows, whoever may read them. */
export async function listShown(db: Db, eventId: string, fileIds: readonly string[]): Promise<Set<string>> {
  const rows = await db
    .selectFrom('event_picture')
    .select('file_id')
    .where('event_id', '=', eventId)
    .where('file_id', '=', sql<string>`any(${fileIds}::uuid[])`)
    .execute()
  return new Set(rows.map(({ file_id }) => file_id))
}

/** What an event shows that is not in the trash, in its order; of these files only, where some are named. */
export async function listFileIds(
  db: Db,
  eventId: string,
  { among, limit, after }: { among: readonly string[] | undefined; limit: number; after: number | undefined },
): Promise<{ fileId: string; position: number }[]> {
  const { rows } = await sql<{ fileId: string; position: number }>`
    select picture.file_id as "fileId", picture.position
    from event_picture as picture join file on file.id = picture.file_id and file.trashed_at is null
    where picture.event_id = ${eventId}::uuid
      ${among === undefined ? sql`` : sql`and picture.file_id = any(${among}::uuid[])`}
      ${after === undefined ? sql`` : sql`and picture.position > ${after}::bigint`}
    order by picture.position limit ${limit}`.execute(db)
  return rows
}

/** The positions around a gap: behind one, or before all; `but` does not count. The event is locked. */
export async function getGap(
  tx: Tx,
  eventId: string,
  { behind, but }: { behind: number | 'last' | undefined; but?: string },
): Promise<{ before: number | undefined; after: number | undefined }> {
  const rest = sql`event_picture where event_id = ${eventId}::uuid
    ${but === undefined ? sql`` : sql`and file_id <> ${but}::uuid`}`
  if (behind === 'last') {
    const { rows } = await sql<{ position: number | null }>`select max(position) as position from ${rest}`.execute(tx)
    return { before: rows[0]?.position ?? undefined, after: undefined }
  }
  const { rows } = await sql<{ position: number | null }>`
    select min(position) as position from ${rest}
      ${behind === undefined ? sql`` : sql`and position > ${behind}::bigint`}`.execute(tx)
  return { before: behind, after: rows[0]?.position ?? undefined }
}

/** Numbers all pictures of an event anew, in the order that they have. */
export async function renumber(tx: Tx, eventId: string, step: number): Promise<void> {
  await sql`
    update event_picture set position = numbered.place * ${step}::bigint
    from (
      select file_id, row_number() over (order by position) as place from event_picture where event_id = ${eventId}::uuid
    ) as numbered
    where event_picture.event_id = ${eventId}::uuid and event_picture.file_id = numbered.file_id`.execute(tx)
}

export async function insertPictures(
  tx: Tx,
  about: { eventId: string; organizationId: string; createdBy: string },
  pictures: readonly { fileId: string; caption: string; position: number }[],
): Promise<void> {
  await sql`
    insert into event_picture (event_id, file_id, organization_id, position, caption, created_by)
    select ${about.eventId}::uuid, new.file_id, ${about.organizationId}::uuid, new.position, new.caption, ${about.createdBy}::uuid
    from unnest(
      ${pictures.map(({ fileId }) => fileId)}::uuid[], ${pictures.map(({ position }) => position)}::bigint[],
      ${pictures.map(({ caption }) => caption)}::text[]) as new (file_id, position, caption)`.execute(tx)
}

export async function setPosition(tx: Tx, eventId: string, fileId: string, position: number): Promise<void> {
  await tx
    .updateTable('event_picture')
    .set({ position })
    .where('event_id', '=', eventId)
    .where('file_id', '=', fileId)
    .execute()
}

export async function setCaption(tx: Tx, eventId: string, fileId: string, caption: string): Promise<void> {
  await tx
    .updateTable('event_picture')
    .set({ caption })
    .where('event_id', '=', eventId)
    .where('file_id', '=', fileId)
    .execute()
}
