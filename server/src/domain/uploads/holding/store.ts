import { sql } from 'kysely'
import type { Db } from '../../../platform/db/index.ts'

// Who holds what need not survive a loss of power: whoever held it is gone then too. So nobody waits for the disk.
const UNHURRIED = sql`(select set_config('synchronous_commit', 'off', true)) as unhurried`

/** A process that has not been heard of for so long holds nothing any more. */
const HEARD_WITHIN = sql`interval '20 seconds'`
const FORGOTTEN_AFTER = sql`interval '1 day'`

export type Process = { place: string; processId: number; processBegan: string }
/** Nobody holds it; or it has ended, and nobody will. */
type Free = 'let go' | 'ended'
export type Holding = { holderId: string; isFinishing: boolean; process: Process }

/** Whether nobody holds an upload, for a condition on rows of `upload`. */
export const isHeldByNobody = sql<boolean>`(holder is null or not exists (
  select from upload_holder h where h.id = upload.holder and h.seen_at > now() - ${HEARD_WITHIN}))`

export async function beSeen(db: Db, holderId: string, { place, processId, processBegan }: Process): Promise<void> {
  await sql`
    insert into upload_holder (id, place, process_id, process_began)
    values (${holderId}, ${place}, ${processId}, ${processBegan})
    on conflict (id) do update set seen_at = now()`.execute(db)
}

export async function listNeighbours(db: Db, place: string): Promise<({ id: string } & Process)[]> {
  const { rows } = await sql<{ id: string } & Process>`
    select id, place, process_id as "processId", process_began as "processBegan"
    from upload_holder where place = ${place}`.execute(db)
  return rows
}

export async function forget(db: Db, holderIds: readonly string[]): Promise<void> {
  await sql`
    delete from upload_holder
    where id = any(${holderIds}::uuid[]) or seen_at < now() - ${FORGOTTEN_AFTER}`.execute(db)
}

/** Takes an upload that nobody holds. Undefined: this process holds it now. */
export async function take(db: Db, uploadId: string, holderId: string): Promise<Holding | Free | undefined> {
  const { numAffectedRows } = await sql`
    update upload set holder = ${holderId} from ${UNHURRIED}
    where upload.id = ${uploadId} and ended_at is null and (holder = ${holderId} or ${isHeldByNobody})`.execute(db)
  return numAffectedRows === 0n ? getHolding(db, uploadId, holderId) : undefined
}

/** Who else holds an upload, if anybody does. */
export async function getHolding(db: Db, uploadId: string, holderId: string): Promise<Holding | Free> {
  const { rows } = await sql<Process & { holderId: string | null; isFinishing: boolean }>`
    select other.id as "holderId", status = 'checking' as "isFinishing",
      place, process_id as "processId", process_began as "processBegan"
    from upload left join upload_holder other
      on other.id = upload.holder and other.id <> ${holderId} and other.seen_at > now() - ${HEARD_WITHIN}
    where upload.id = ${uploadId} and ended_at is null`.execute(db)
  const [found] = rows
  if (found === undefined) return 'ended'
  const { holderId: by, isFinishing, ...rest } = found
  return by === null ? 'let go' : { holderId: by, isFinishing, process: rest }
}

/** From one process to another, or to nobody: what the first still writes does not count from now on. */
export async function wrest(db: Db, uploadId: string, from: string, to: string | null): Promise<void> {
  await sql`
    update upload set holder = ${to}::uuid from ${UNHURRIED}
    where upload.id = ${uploadId} and holder = ${from}`.execute(db)
}
