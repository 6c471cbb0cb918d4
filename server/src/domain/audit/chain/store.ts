import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'
import type { Line, SealHead } from './hashes.ts'

/** Any number: it names the one lock under which seals are made and months are dropped. */
const CHAIN_LOCK = 7_015

export type SealRow = SealHead & { leaves: Buffer; mac: Buffer }
export type LastSeal = { number: number; uptoNumber: number; mac: Buffer }

/** Of several workers one seals at a time; whoever uploads asks for no lock. */
export async function lockChain(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${CHAIN_LOCK})`.execute(tx)
}

export async function getLastSeal(db: Db): Promise<LastSeal | undefined> {
  const { rows } = await sql<LastSeal>`
    select number, upto_number as "uptoNumber", mac from seal order by number desc limit 1`.execute(db)
  return rows[0]
}

/** The highest number that a line can have by now. */
export async function getLastNumber(db: Db): Promise<number> {
  const { rows } = await sql<{ last: number }>`
    select case when is_called then last_value else 0 end as last from trail_number`.execute(db)
  return rows[0]?.last ?? 0
}

/** A transaction id that is higher than those of all transactions which have one by now. */
export async function newTransactionId(db: Db): Promise<string> {
  const { rows } = await sql<{ xid: string }>`select pg_current_xact_id()::text as xid`.execute(db)
  return rows[0]?.xid ?? '0'
}

/** Whether every transaction with a lower id has ended. */
export async function haveEndedBefore(db: Db, xid: string): Promise<boolean> {
  const { rows } = await sql<{ ended: boolean }>`
    select pg_snapshot_xmin(pg_current_snapshot()) >= ${xid}::text::xid8 as ended`.execute(db)
  return rows[0]?.ended ?? false
}

/** Lines of both tables with `after < number <= upto`, in the order of their numbers. */
export async function listLines(db: Db, after: number, upto: number, limit: number): Promise<Line[]> {
  const between = sql`number > ${after} and number <= ${upto}`
  const micros = sql`(extract(epoch from at) * 1000000)::bigint as "atMicros"`
  const { rows } = await sql<Line>`
    select * from (
      (select number, ${micros}, array['activity', id::text, action, actor_kind, actor_id::text, credential_id::text,
          organization_id::text, resource_id::text, ip::text, user_agent, facts::text] as columns
        from activity where ${between} order by number limit ${limit})
      union all
      (select number, ${micros}, array['security event', id::text, severity, kind, user_id::text, actor_id::text,
          organization_id::text, ip::text, user_agent, facts::text]
        from security_event where ${between} order by number limit ${limit})
    ) as line order by number limit ${limit}`.execute(db)
  return rows
}

/** How many lines are after a number, and since when the first of them waits. */
export async function countLinesAfter(db: Db, number: number): Promise<{ count: number; since: Date | null }> {
  const { rows } = await sql<{ count: number; since: Date | null }>`
    select count(*)::int as count, min(at) as since from (
      select at from activity where number > ${number} union all select at from security_event where number > ${number}
    ) as line`.execute(db)
  return rows[0] ?? { count: 0, since: null }
}

/** Seals in their order, from a number on. */
export async function listSeals(db: Db, from: number, limit: number): Promise<SealRow[]> {
  const { rows } = await sql<SealRow>`
    select number, ${isoOf('at')} as at, after_number as "afterNumber", upto_number as "uptoNumber",
      line_count as "lineCount", leaves, previous, mac
    from seal where number >= ${from} order by number, at limit ${limit}`.execute(db)
  return rows
}

/** When this transaction began. Every line that can be seen now was begun before. */
export async function getNow(tx: Tx): Promise<string> {
  const { rows } = await sql<{ at: string }>`select to_char(now() at time zone 'utc', ${ISO}) as at`.execute(tx)
  return rows[0]?.at ?? ''
}

export async function insertSeal(tx: Tx, seal: SealRow): Promise<void> {
  const { number, at, afterNumber, uptoNumber, lineCount, leaves, previous, mac } = seal
  await sql`
    insert into seal (number, at, after_number, upto_number, line_count, leaves, previous, mac)
    values (${number}, ${at}::timestamptz, ${afterNumber}, ${uptoNumber}, ${lineCount}, ${leaves}, ${previous}, ${mac})
  `.execute(tx)
}

/** The last seal that will go with what ends before a day. */
export async function getLastSealBefore(tx: Tx, before: string): Promise<LastSeal | undefined> {
  const { rows } = await sql<LastSeal>`
    select number, upto_number as "uptoNumber", mac from seal where at < (${before} || ' 00:00:00+00')::timestamptz
    order by number desc limit 1`.execute(tx)
  return rows[0]
}

/** Drops the months that end before a day, if nobody reads in them for long; whoever waits behind this waits shortly. */
export async function dropMonths(tx: Tx, before: string): Promise<string[]> {
  await sql`set local lock_timeout = '3s'`.execute(tx)
  const { rows } = await sql<{ name: string }>`select name from drop_trail_partitions(${before}::date) as name`.execute(
    tx,
  )
  return rows.map(({ name }) => name)
}

/** Partitions of whole months that ended before a day. */
export async function listMonthsBefore(db: Db, before: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent in ('activity'::regclass, 'security_event'::regclass, 'seal'::regclass)
      and c.relname ~ '_\\d{4}_\\d{2}$' and to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month' <= ${before}::date`.execute(
    db,
  )
  return rows.map(({ name }) => name)
}

/** What the trail says of its own prunings, in their order. */
export async function listPrunings(db: Db): Promise<Record<string, unknown>[]> {
  const { rows } = await sql<{ facts: Record<string, unknown> }>`
    select facts from activity where action = 'activity.pruned' and actor_kind = 'system' order by number`.execute(db)
  return rows.map(({ facts }) => facts)
}

const ISO = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'
const isoOf = (column: string) => sql`to_char(${sql.ref(column)} at time zone 'utc', ${sql.lit(ISO)})`
