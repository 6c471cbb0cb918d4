import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'
import { isHeldByNobody } from '../holding/store.ts'
import { selectUpload } from '../store.ts'

/** Uploads whose bytes are all there, which have not ended and which no process holds, untouched for a while. */
export function listUnfinished(db: Db, idleMs: number, limit: number) {
  return selectUpload(db)
    .where('status', 'in', ['pending', 'uploading', 'paused', 'checking'])
    .where((e) => e.or([e('status', '=', 'checking'), e('offset_bytes', '=', e.ref('length_bytes'))]))
    .where('is_length_deferred', '=', false)
    .where(sql<boolean>`concatenation is distinct from 'partial'`)
    .where(isHeldByNobody)
    .where('updated_at', '<=', sql<Date>`now() - make_interval(secs => ${idleMs / 1000}::double precision)`)
    .orderBy('updated_at')
    .limit(limit)
    .execute()
}

/** Uploads that are said to be uploading and which no process holds: left by one that died, or not gone on with. */
export function listLeft(db: Db, idleMs: number, limit: number) {
  return selectUpload(db)
    .where('status', '=', 'uploading')
    .where(isHeldByNobody)
    .where((e) =>
      e.or([
        e('holder', 'is not', null),
        e('updated_at', '<=', sql<Date>`now() - make_interval(secs => ${idleMs / 1000}::double precision)`),
      ]),
    )
    .limit(limit)
    .execute()
}

export function listExpired(db: Db, limit: number) {
  return selectUpload(db)
    .where('status', 'in', ['pending', 'uploading', 'paused'])
    .where('expires_at', '<=', sql<Date>`now()`)
    .where('part_of', 'is', null)
    .orderBy('expires_at')
    .limit(limit)
    .execute()
}

/** What expiring would end, and what it has reserved. */
export async function countExpired(db: Db): Promise<{ uploads: number; bytes: number }> {
  const { rows } = await sql<{ uploads: number; bytes: number }>`
    select count(*)::int as uploads, coalesce(sum(length_bytes), 0)::bigint as bytes from upload
    where status in ('pending', 'uploading', 'paused') and expires_at <= now() and part_of is null`.execute(db)
  return rows[0] ?? { uploads: 0, bytes: 0 }
}

/** Removes rows of uploads that ended so long ago. Returns how many. */
export async function deleteEnded(tx: Tx, keptMs: number, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from upload where id in (
      select id from upload where ended_at < now() - make_interval(secs => ${keptMs / 1000}::double precision)
      order by ended_at limit ${limit})`.execute(tx)
  return Number(numAffectedRows ?? 0)
}
