import { sql, type RawBuilder } from 'kysely'
import type { Tx } from '../../../platform/db/index.ts'
import type { ByteRange } from '../../../platform/objects/index.ts'

/** What counts: the downloads of a link, each visitor's deliveries being their own, or those of a signed address. */
export type Counter = { linkId: string; visitId: string } | { downloadTokenId: string }

/** One after another: whoever has locked a counter decides alone. Undefined when it is gone. */
export async function lockCounter(
  tx: Tx,
  counter: Counter,
): Promise<{ downloads: number; maxDownloads: number | null } | undefined> {
  const { rows } = await sql<{ downloads: number; maxDownloads: number | null }>`
    select downloads, max_downloads as "maxDownloads" from ${table(counter)} where id = ${id(counter)}::uuid
    for no key update`.execute(tx)
  return rows[0]
}

/** How many downloads are taken up by deliveries that have begun and are not complete. */
export async function countOpen(tx: Tx, counter: Counter): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from delivery
    where ${column(counter)} = ${id(counter)}::uuid and completed_at is null and expires_at > now()`.execute(tx)
  return rows[0]?.count ?? 0
}

type Asked = { etag: string; range: ByteRange; mostSentTimes: number }

/**
 * The visitor's own open delivery of the same bytes that this range can belong to: none of it has been delivered, or is
 * on its way, except by responses that were cut off.
 */
export async function findJoinable(tx: Tx, counter: Counter, asked: Asked): Promise<string | undefined> {
  const span = spanOf(asked.range)
  const { rows } = await sql<{ id: string }>`
    select id from delivery
    where ${visitorOf(counter)} and etag = ${asked.etag} and completed_at is null and expires_at > now()
      and not finished && ${span}
      and (not cut && ${span} or sent_bytes + upper(${span}) - lower(${span}) <= size_bytes * ${asked.mostSentTimes}::int)
      and not exists (select from delivery_part where delivery_id = delivery.id and alive_until > now() and span && ${span})
    order by id limit 1`.execute(tx)
  return rows[0]?.id
}

export async function insertDelivery(
  tx: Tx,
  counter: Counter,
  delivery: { id: string; etag: string; sizeBytes: number; lastsMs: number },
): Promise<void> {
  const [linkId, visitId, tokenId] =
    'linkId' in counter ? [counter.linkId, counter.visitId, null] : [null, null, counter.downloadTokenId]
  await sql`
    insert into delivery (id, link_id, visit_id, download_token_id, etag, size_bytes, expires_at)
    values (${delivery.id}::uuid, ${linkId}::uuid, ${visitId}::uuid, ${tokenId}::uuid, ${delivery.etag},
      ${delivery.sizeBytes}, ${later(delivery.lastsMs)})`.execute(tx)
}

export async function insertPart(
  tx: Tx,
  part: { id: string; deliveryId: string; range: ByteRange; aliveMs: number },
): Promise<void> {
  await sql`
    insert into delivery_part (id, delivery_id, span, alive_until)
    values (${part.id}::uuid, ${part.deliveryId}::uuid, ${spanOf(part.range)}, ${later(part.aliveMs)})`.execute(tx)
}

/** Says that a response is still being sent, and keeps its delivery open. */
export async function keepAlive(
  tx: Tx,
  part: { id: string; deliveryId: string; aliveMs: number; lastsMs: number },
): Promise<void> {
  await sql`update delivery_part set alive_until = ${later(part.aliveMs)} where id = ${part.id}::uuid`.execute(tx)
  await sql`
    update delivery set expires_at = ${later(part.lastsMs)}
    where id = ${part.deliveryId}::uuid and completed_at is null`.execute(tx)
}

/** Writes down what a response has handed over. True when by that all of the bytes have been. */
export async function endPart(
  tx: Tx,
  part: { id: string; deliveryId: string; range: ByteRange; handedBytes: number; lastsMs: number },
): Promise<boolean> {
  const { first, last } = part.range
  const isFinished = part.handedBytes > last - first
  const handed = sql`int8multirange(int8range(${first}::bigint, ${first + part.handedBytes}::bigint))`
  await sql`delete from delivery_part where id = ${part.id}::uuid`.execute(tx)
  const { rows } = await sql`
    update delivery set
      ${isFinished ? sql`finished = finished + ${handed}` : sql`cut = cut + ${handed}`},
      sent_bytes = sent_bytes + ${part.handedBytes},
      completed_at = case when finished + cut + ${handed} @> int8range(0, size_bytes) then now() end,
      expires_at = ${later(part.lastsMs)}
    where id = ${part.deliveryId}::uuid and completed_at is null
    returning completed_at is not null as "isComplete"`.execute(tx)
  return (rows[0] as { isComplete: boolean } | undefined)?.isComplete === true
}

/**
 * Completes a delivery by what others of the same visitor and bytes have handed over, which then count no more. Whoever
 * goes on before it is noticed that they were cut off is given a second delivery; together they are one download.
 */
export async function completeTogether(
  tx: Tx,
  counter: Counter,
  delivery: { id: string; mostSentTimes: number },
): Promise<boolean> {
  const { rows } = await sql<{ ids: string[] }>`
    select others.ids from delivery as mine cross join lateral (
      select array_agg(id) as ids, range_agg(finished + cut) as handed, sum(sent_bytes) as sent_bytes from delivery
      where ${visitorOf(counter)} and etag = mine.etag and id <> mine.id and completed_at is null and expires_at > now()
        and not exists (select from delivery_part where delivery_id = delivery.id and alive_until > now())
    ) as others
    where mine.id = ${delivery.id}::uuid and mine.completed_at is null and others.ids is not null
      and mine.finished + mine.cut + others.handed @> int8range(0, mine.size_bytes)
      and mine.sent_bytes + others.sent_bytes <= mine.size_bytes * ${delivery.mostSentTimes}::int`.execute(tx)
  const [together] = rows
  if (together === undefined) return false
  await sql`delete from delivery where id = any(${together.ids}::uuid[])`.execute(tx)
  await sql`update delivery set completed_at = now() where id = ${delivery.id}::uuid`.execute(tx)
  return true
}

/** One more completed download. */
export async function countDownload(tx: Tx, counter: Counter): Promise<void> {
  await sql`
    update ${table(counter)} set downloads = downloads + 1, last_used_at = now()
    where id = ${id(counter)}::uuid`.execute(tx)
  if ('linkId' in counter)
    await sql`update link_visit set downloads = downloads + 1 where id = ${counter.visitId}::uuid`.execute(tx)
}

const visitorOf = (counter: Counter) =>
  'linkId' in counter ? sql`visit_id = ${counter.visitId}::uuid` : sql`download_token_id = ${id(counter)}::uuid`
const table = (counter: Counter) => ('linkId' in counter ? sql`link` : sql`download_token`)
const column = (counter: Counter) => ('linkId' in counter ? sql`link_id` : sql`download_token_id`)
const id = (counter: Counter): string => ('linkId' in counter ? counter.linkId : counter.downloadTokenId)
const later = (ms: number): RawBuilder<Date> => sql<Date>`now() + make_interval(secs => ${ms / 1000}::double precision)`
const spanOf = ({ first, last }: ByteRange) => sql`int8range(${first}::bigint, ${last + 1}::bigint)`

/** What is over, and has been for a day. */
export async function deleteForgettable(
  tx: Tx,
): Promise<{ deliveries: number; codes: number; downloadTokens: number }> {
  const deliveries = await sql`delete from delivery where expires_at < now() - interval '1 day'`.execute(tx)
  const codes = await sql`delete from link_code where expires_at < now() - interval '1 day'`.execute(tx)
  const tokens = await sql`delete from download_token where expires_at < now() - interval '1 day'`.execute(tx)
  return {
    deliveries: Number(deliveries.numAffectedRows ?? 0),
    codes: Number(codes.numAffectedRows ?? 0),
    downloadTokens: Number(tokens.numAffectedRows ?? 0),
  }
}
