import type { UpkeepRun } from '@trove/contract/upkeep'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'
import type { Tally } from '../../../platform/jobs/index.ts'

export type RunRow = {
  id: string
  task: string
  isDryRun: boolean
  state: UpkeepRun['state']
  askedById: string | null
  askedByName: string | null
  askedAt: Date
  beganAt: Date | null
  endedAt: Date | null
  doneCount: number | null
  totalCount: number | null
  tally: Tally
  failure: string | null
}

/** One that has given no sign of life for so long was killed. */
const SILENT = sql`interval '1 minute'`
/** One that waits for longer waits for a worker that is not there. */
const PATIENT = sql`interval '10 minutes'`
const KEPT = 20

const INTERRUPTED = 'The server was interrupted.'

/** A person asks for it; the queue does the rest. */
export async function insertRun(
  tx: Tx,
  run: { id: string; task: string; isDryRun: boolean; askedBy: string },
): Promise<void> {
  await tx
    .insertInto('upkeep_run')
    .values({ id: run.id, task: run.task, is_dry_run: run.isDryRun, asked_by: run.askedBy, state: 'waiting' })
    .execute()
}

/** Held until the transaction ends: of two who ask at once, the second sees what the first has asked for. */
export async function lockTask(tx: Tx, task: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${task}, 23))`.execute(tx)
}

export async function isUnderWay(db: Db, task: string): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select exists (
      select from upkeep_run where task = ${task}
        and ((state = 'running' and heard_at > now() - ${SILENT}) or (state = 'waiting' and created_at > now() - ${PATIENT}))
    ) as found`.execute(db)
  return rows[0]?.found === true
}

/** A run begins, for the first time or once more. Runs of the same task that were killed are told to have failed. */
export async function beginRun(tx: Tx, run: { id: string; task: string; isDryRun: boolean }): Promise<void> {
  await sql`
    update upkeep_run set state = 'failed', ended_at = heard_at, failure = ${INTERRUPTED}
    where task = ${run.task} and state = 'running' and heard_at < now() - ${SILENT}`.execute(tx)
  await sql`
    insert into upkeep_run (id, task, is_dry_run, state, began_at, heard_at)
    values (${run.id}, ${run.task}, ${run.isDryRun}, 'running', now(), now())
    on conflict (id) do update set state = 'running', began_at = now(), heard_at = now(), ended_at = null,
      done_count = null, total_count = null, tally = '[]', failure = null`.execute(tx)
}

/** It lives, and has come so far. */
export async function setProgress(
  tx: Tx,
  id: string,
  { doneCount, totalCount }: { doneCount: number | undefined; totalCount: number | undefined },
): Promise<void> {
  await tx
    .updateTable('upkeep_run')
    .set({ heard_at: sql<Date>`now()`, done_count: doneCount ?? null, total_count: totalCount ?? null })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .execute()
}

export async function endRun(
  tx: Tx,
  id: string,
  end: { state: 'done'; tally: Tally } | { state: 'failed'; failure: string },
): Promise<void> {
  const tally = end.state === 'done' ? end.tally : []
  await tx
    .updateTable('upkeep_run')
    .set({
      state: end.state,
      ended_at: sql<Date>`now()`,
      heard_at: sql<Date>`now()`,
      failure: end.state === 'failed' ? end.failure : null,
      tally: JSON.stringify(tally),
      has_effect: tally.some(({ count }) => count > 0),
    })
    .where('id', '=', id)
    .execute()
}

/** Keeps the newest that did something, failed or were asked for, and of those that found nothing the newest alone. */
export async function forgetRuns(tx: Tx, task: string): Promise<void> {
  await sql`
    delete from upkeep_run where id in (
      select id from (
        select id, is_kept, row_number() over (partition by is_kept order by id desc) as place
        from (
          select id, has_effect or state = 'failed' or asked_by is not null as is_kept from upkeep_run
          where task = ${task} and state in ('done', 'failed')
        ) as ended
      ) as numbered
      where place > case when is_kept then ${KEPT}::int else 1 end)`.execute(tx)
}

/** Of each of these tasks what goes on, the last that was done and the last dry run. */
export async function listLatest(db: Db, tasks: readonly string[]): Promise<RunRow[]> {
  const { rows } = await sql<RunRow>`
    select ${columns} from unnest(${tasks}::text[]) as wanted (task)
    cross join lateral (
      (select * from upkeep_run where task = wanted.task and state in ('waiting', 'running') order by id desc limit 1)
      union all
      (select * from upkeep_run where task = wanted.task and not is_dry_run and state in ('done', 'failed')
       order by id desc limit 1)
      union all
      (select * from upkeep_run where task = wanted.task and is_dry_run and state in ('done', 'failed')
       order by id desc limit 1)
    ) as run
    left join "user" as asker on asker.id = run.asked_by
    order by run.id`.execute(db)
  return rows
}

export async function listRuns(db: Db, task: string): Promise<RunRow[]> {
  const { rows } = await sql<RunRow>`
    select ${columns} from upkeep_run as run left join "user" as asker on asker.id = run.asked_by
    where run.task = ${task} order by run.id desc limit 50`.execute(db)
  return rows
}

export async function getRun(db: Db, id: string): Promise<RunRow | undefined> {
  const { rows } = await sql<RunRow>`
    select ${columns} from upkeep_run as run left join "user" as asker on asker.id = run.asked_by
    where run.id = ${id}`.execute(db)
  return rows[0]
}

// One that was killed has nobody who could write that down, so it is told by its silence.
const isDead = sql`(run.state = 'running' and run.heard_at < now() - ${SILENT})`
const columns = sql`
  run.id, run.task, run.is_dry_run as "isDryRun", case when ${isDead} then 'failed' else run.state end as state,
  asker.id as "askedById", asker.name as "askedByName", run.created_at as "askedAt", run.began_at as "beganAt",
  case when ${isDead} then run.heard_at else run.ended_at end as "endedAt",
  run.done_count as "doneCount", run.total_count as "totalCount", run.tally,
  case when ${isDead} then ${INTERRUPTED} else run.failure end as failure`
