import type { FailureReason, StepName } from '@trove/contract/processing'
import { MOST_COUNTED } from '@trove/contract/processing-console'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'

export type CountedStep = {
  name: StepName
  waiting: number
  waitingOld: number
  running: number
  failed: number
  oldestAt: Date | null
  doneInMinute: number
  failedInMinute: number
  doneInHour: number
  failedInHour: number
}

/** Counted no further than is shown, each along its own index. */
export async function countSteps(db: Db, names: readonly StepName[]): Promise<CountedStep[]> {
  const count = (condition: ReturnType<typeof sql>) => sql`(select count(*)::int from (
    select from step where name = wanted.name and ${condition} limit ${MOST_COUNTED}) as counted)`
  const { rows } = await sql<CountedStep>`
    with lately as (
      select name, status, count(*)::int as hour, (count(*) filter (where ended_at > now() - interval '1 minute'))::int as minute
      from step where ended_at > now() - interval '1 hour' group by name, status
    )
    select wanted.name,
      ${count(sql`status = 'waiting'`)} as waiting,
      ${count(sql`status = 'waiting' and is_old`)} as "waitingOld",
      ${count(sql`status = 'running'`)} as running,
      ${count(sql`status = 'failed'`)} as failed,
      (select min(asked_at) from step where name = wanted.name and status = 'waiting') as "oldestAt",
      coalesce((select minute from lately where name = wanted.name and status = 'done'), 0) as "doneInMinute",
      coalesce((select minute from lately where name = wanted.name and status = 'failed'), 0) as "failedInMinute",
      coalesce((select hour from lately where name = wanted.name and status = 'done'), 0) as "doneInHour",
      coalesce((select hour from lately where name = wanted.name and status = 'failed'), 0) as "failedInHour"
    from unnest(${names}::text[]) as wanted (name)`.execute(db)
  return rows
}

const MOST_RUNNING = 50

/** Looking at a file and making its pictures is one deed and told once. */
export async function listRunning(db: Db) {
  const { rows } = await sql<{
    name: StepName
    organizationId: string
    organization: string
    mediaType: string
    sizeBytes: number
    progress: number
    attempts: number
    beganAt: Date
  }>`
    select step.name, organization.id as "organizationId", organization.name as organization,
      blob.media_type as "mediaType", blob.size_bytes as "sizeBytes", step.progress, step.attempts,
      step.began_at as "beganAt"
    from step join blob on blob.id = step.blob_id join organization on organization.id = step.organization_id
    where step.status = 'running' and step.name <> 'probe' and step.began_at is not null
    order by step.began_at limit ${MOST_RUNNING}`.execute(db)
  return rows
}

export type PauseRow = { name: StepName; pausedAt: Date; byId: string | null; byName: string | null }

export async function listPauses(db: Db): Promise<PauseRow[]> {
  const { rows } = await sql<PauseRow>`
    select step_pause.name, paused_at as "pausedAt", "user".id as "byId", "user".name as "byName"
    from step_pause left join "user" on "user".id = step_pause.paused_by`.execute(db)
  return rows
}

/** False when it was paused already. */
export async function insertPause(tx: Tx, name: StepName, userId: string): Promise<boolean> {
  const { rows } = await sql`
    insert into step_pause (name, paused_by) values (${name}, ${userId}::uuid)
    on conflict do nothing returning name`.execute(tx)
  return rows.length > 0
}

/** False when it was not paused. */
export async function deletePause(tx: Tx, name: StepName): Promise<boolean> {
  const { rows } = await sql`delete from step_pause where name = ${name} returning name`.execute(tx)
  return rows.length > 0
}

export async function countWaiting(db: Db, name: StepName): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from step where name = ${name} and status = 'waiting'`.execute(db)
  return rows[0]?.count ?? 0
}

/** Their jobs find nothing to do. */
export async function deleteWaiting(tx: Tx, name: StepName, limit: number): Promise<number> {
  const { rows } = await sql`
    delete from step where (blob_id, name) in (
      select blob_id, name from step where name = ${name} and status = 'waiting' limit ${limit} for update skip locked)
    returning blob_id`.execute(tx)
  return rows.length
}

export type GroupRow = { step: StepName; reason: FailureReason; count: number; newestAt: Date }

export async function listFailureGroups(db: Db): Promise<GroupRow[]> {
  const { rows } = await sql<GroupRow>`
    select name as step, reason, count(*)::int as count, max(ended_at) as "newestAt"
    from step where status = 'failed' group by name, reason order by count(*) desc, name, reason`.execute(db)
  return rows
}

export type FailureRow = {
  organizationId: string
  organization: string
  mediaType: string
  sizeBytes: number
  failure: string
  endedAt: Date
  fileId: string | null
  fileName: string | null
}

/** The newest of a group, each with one of the files of these bytes. */
export async function listFailures(
  db: Db,
  { step, reason, limit }: { step: StepName; reason: FailureReason; limit: number },
): Promise<FailureRow[]> {
  const { rows } = await sql<FailureRow>`
    select organization.id as "organizationId", organization.name as organization, blob.media_type as "mediaType",
      blob.size_bytes as "sizeBytes", step.failure, step.ended_at as "endedAt", one.id as "fileId", one.name as "fileName"
    from step join blob on blob.id = step.blob_id join organization on organization.id = step.organization_id
    left join lateral (
      select file.id, file.name from version join file on file.current_version_id = version.id
      where version.blob_id = blob.id and file.trashed_at is null order by version.id desc limit 1
    ) as one on true
    where step.status = 'failed' and step.name = ${step} and step.reason = ${reason}
    order by step.ended_at desc limit ${limit}`.execute(db)
  return rows
}

export type Which = { step?: StepName | undefined; reason?: FailureReason | undefined; before: Date }

const failedOf = ({ step, reason, before }: Which) => sql`
  status = 'failed' and ended_at <= ${before}
  ${step === undefined ? sql`` : sql`and name = ${step}`} ${reason === undefined ? sql`` : sql`and reason = ${reason}`}`

export async function countFailed(db: Db, which: Which): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from step where ${failedOf(which)}`.execute(db)
  return rows[0]?.count ?? 0
}

export type Reopened = { name: StepName; blobId: string; organizationId: string }

/** Of those that failed the next few wait again, from their first attempt. */
export async function reopenFailed(tx: Tx, which: Which, limit: number): Promise<Reopened[]> {
  const { rows } = await sql<Reopened>`
    update step set status = 'waiting', attempts = 0, progress = 0, reason = null, failure = null, ended_at = null,
      asked_at = now()
    where (blob_id, name) in (
      select blob_id, name from step where ${failedOf(which)} order by ended_at limit ${limit} for update skip locked)
    returning name, blob_id as "blobId", organization_id as "organizationId"`.execute(tx)
  return rows
}

/** The same of one file's bytes. */
export async function reopenFailedOf(tx: Tx, blobId: string): Promise<Reopened[]> {
  const { rows } = await sql<Reopened>`
    update step set status = 'waiting', attempts = 0, progress = 0, reason = null, failure = null, ended_at = null,
      asked_at = now()
    where blob_id = ${blobId}::uuid and status = 'failed'
    returning name, blob_id as "blobId", organization_id as "organizationId"`.execute(tx)
  return rows
}

/** Files whose current version has these bytes and has failed. */
export async function listFailedFiles(db: Db, blobId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select file.id from version join file on file.current_version_id = version.id
    where version.blob_id = ${blobId}::uuid and version.status = 'failed' order by file.id`.execute(db)
  return rows.map(({ id }) => id)
}
