import type { Event } from '@trove/contract/events'
import { sql } from 'kysely'
import type { Db, Tx } from '../db/index.ts'
import type { Cursor } from './cursor.ts'

export type FeedRow = {
  cursor: Cursor
  resourceId: string | null
  userId: string | null
  organizationId: string
  event: Event
}

/** The place where the feed stands now: everything committed from here on is after it. */
export async function currentCursor(db: Db): Promise<Cursor> {
  const { rows } = await sql<{ xid: string }>`select pg_snapshot_xmin(pg_current_snapshot())::text as xid`.execute(db)
  return { xid: BigInt(rows[0]?.xid ?? 0), id: 0 }
}

/** Events after a cursor, in order, up to the oldest transaction that is still open. */
export async function listEventsAfter(db: Db, { xid, id }: Cursor, limit: number): Promise<FeedRow[]> {
  type Row = {
    xid: string
    id: number
    resource_id: string | null
    user_id: string | null
    organization_id: string
    body: Event
  }
  const { rows } = await sql<Row>`
    select xid::text as xid, id, resource_id, user_id, organization_id, body
    from event
    where (xid, id) > (${String(xid)}::text::xid8, ${id}) and xid < pg_snapshot_xmin(pg_current_snapshot())
    order by event.xid, id
    limit ${limit}`.execute(db)
  return rows.map((row) => ({
    cursor: { xid: BigInt(row.xid), id: row.id },
    resourceId: row.resource_id,
    userId: row.user_id,
    organizationId: row.organization_id,
    event: row.body,
  }))
}

/** Whether something after the cursor has been committed that is held back by an older transaction. */
export async function isHeldBack(db: Db, { xid, id }: Cursor): Promise<boolean> {
  const { rows } = await sql<{ held: boolean }>`
    select exists (select from event where (xid, id) > (${String(xid)}::text::xid8, ${id})) as held`.execute(db)
  return rows[0]?.held ?? false
}

/** The oldest event still kept; undefined when there is none. */
export async function oldestXid(db: Db): Promise<bigint | undefined> {
  const { rows } = await sql<{ xid: string }>`select xid::text as xid from event order by event.xid limit 1`.execute(db)
  return rows[0] === undefined ? undefined : BigInt(rows[0].xid)
}

/**
 * Forgets events older than so many hours. The newest always stays: a cursor before it is then known to be too old,
 * also when nothing has happened for long.
 */
export async function deleteOldEvents(tx: Tx, hours: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from event
    where created_at < now() - make_interval(hours => ${hours}::int)
      and (xid, id) < (select xid, id from event order by xid desc, id desc limit 1)`.execute(tx)
  return Number(numAffectedRows ?? 0)
}
