import type { StepName } from '@trove/contract/processing'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'

/** Bytes that can be seen by somebody, and are not in quarantine. */
const isSeen = sql`blob.unreferenced_at is null and blob.scan_status <> 'infected'
  and exists (select from version where version.blob_id = blob.id and version.status = 'ready')`

/** How many there are of each type that the step was not done for, or by an older revision. */
export async function countByType(
  db: Db,
  step: { name: StepName; revision: number },
): Promise<{ mediaType: string; count: number }[]> {
  const { rows } = await sql<{ mediaType: string; count: number }>`
    select blob.media_type as "mediaType", count(*)::int as count
    from blob left join step on step.blob_id = blob.id and step.name = ${step.name}
    where ${isSeen} and (step.blob_id is null or (step.revision < ${step.revision} and step.status not in ('waiting', 'running')))
    group by blob.media_type`.execute(db)
  return rows
}

/** False when it is under way already: there is one asking for each step at a time. */
export async function insertRun(
  tx: Tx,
  run: { name: StepName; revision: number; askedBy: string | undefined },
): Promise<boolean> {
  const { rows } = await sql`
    insert into step_again (name, revision, asked_by, until_blob_id, total_count)
    select ${run.name}, ${run.revision}, ${run.askedBy ?? null}::uuid,
      (select id from blob order by id desc limit 1), (select count(*) from blob)
    on conflict (name) do update set revision = excluded.revision, asked_by = excluded.asked_by, asked_at = now(),
      ended_at = null, after_blob_id = null, until_blob_id = excluded.until_blob_id, seen_count = 0, asked_count = 0,
      total_count = excluded.total_count
    where step_again.ended_at is not null
    returning name`.execute(tx)
  return rows.length > 0
}

/** False when there was none under way. */
export async function endRun(tx: Tx, name: StepName): Promise<boolean> {
  const { rows } = await sql`
    update step_again set ended_at = now() where name = ${name} and ended_at is null returning name`.execute(tx)
  return rows.length > 0
}

export type RunRow = {
  name: StepName
  askedById: string | null
  askedByName: string | null
  askedAt: Date
  endedAt: Date | null
  seenCount: number
  askedCount: number
  totalCount: number
}

export async function listRuns(db: Db): Promise<RunRow[]> {
  const { rows } = await sql<RunRow>`
    select step_again.name, "user".id as "askedById", "user".name as "askedByName", asked_at as "askedAt",
      ended_at as "endedAt", seen_count::int as "seenCount", asked_count::int as "askedCount",
      total_count::int as "totalCount"
    from step_again left join "user" on "user".id = step_again.asked_by`.execute(db)
  return rows
}

export type OpenRun = { name: StepName; afterBlobId: string | null; untilBlobId: string | null }

/** Held until the transaction ends; undefined when another worker has it, or it is over. */
export async function lockRun(tx: Tx, name: StepName): Promise<OpenRun | undefined> {
  const { rows } = await sql<OpenRun>`
    select name, after_blob_id as "afterBlobId", until_blob_id as "untilBlobId" from step_again
    where name = ${name} and ended_at is null for update skip locked`.execute(tx)
  return rows[0]
}

export type BlobRow = { blobId: string; organizationId: string; mediaType: string; isSeen: boolean }

/** The next in the order of their ids. */
export async function listBlobs(db: Db, { afterBlobId, untilBlobId }: OpenRun, limit: number): Promise<BlobRow[]> {
  const after = afterBlobId === null ? sql`` : sql`and blob.id > ${afterBlobId}::uuid`
  const { rows } = await sql<BlobRow>`
    select blob.id as "blobId", blob.organization_id as "organizationId", blob.media_type as "mediaType",
      (${isSeen}) as "isSeen"
    from blob where blob.id <= ${untilBlobId}::uuid ${after} order by blob.id limit ${limit}`.execute(db)
  return rows
}

/** False when the step has been done in this revision, or waits for it already. */
export async function askOld(
  tx: Tx,
  step: { name: StepName; revision: number; blobId: string; organizationId: string },
): Promise<boolean> {
  const { rows } = await sql`
    insert into step (blob_id, name, organization_id, revision, is_old)
    values (${step.blobId}::uuid, ${step.name}, ${step.organizationId}::uuid, ${step.revision}, true)
    on conflict (blob_id, name) do update set revision = excluded.revision, is_old = true, status = 'waiting',
      attempts = 0, progress = 0, asked_at = now(), ended_at = null, reason = null, failure = null
    where step.revision < excluded.revision and step.status not in ('waiting', 'running')
    returning blob_id`.execute(tx)
  return rows.length > 0
}

export async function advance(
  tx: Tx,
  name: StepName,
  { afterBlobId, seen, asked }: { afterBlobId: string; seen: number; asked: number },
): Promise<void> {
  await sql`
    update step_again set after_blob_id = ${afterBlobId}::uuid, seen_count = seen_count + ${seen},
      asked_count = asked_count + ${asked} where name = ${name}`.execute(tx)
}

/** Counted no further than `most`. */
export async function countWaitingOld(db: Db, name: StepName, most: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (
      select from step where name = ${name} and status in ('waiting', 'running') and is_old limit ${most}) as counted`.execute(
    db,
  )
  return rows[0]?.count ?? 0
}
