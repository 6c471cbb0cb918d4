import type { FailureReason, StepName } from '@trove/contract/processing'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'
import { standing, type Standing } from '../../storage/index.ts'
import type { Subject } from './step.ts'

type Asked = { name: StepName; revision: number; blobId: string; organizationId: string }

/** False when it has been asked for already: whoever asked first has enqueued it. */
export async function ask(tx: Tx, step: Asked): Promise<boolean> {
  const asked = await tx
    .insertInto('step')
    .values({
      blob_id: step.blobId,
      name: step.name,
      organization_id: step.organizationId,
      revision: step.revision,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('blob_id')
    .executeTakeFirst()
  return asked !== undefined
}

/** One that gives no sign of life for so long was killed: the queue takes its worker for dead a second later. */
const SILENT = sql`interval '9 seconds'`

/** The attempt that begins with it; undefined while somebody else is at it, and when there is nothing to do. */
export async function begin(tx: Tx, blobId: string, name: StepName, revision: number): Promise<number | undefined> {
  const { rows } = await sql<{ attempts: number }>`
    update step set status = 'running', revision = ${revision}, attempts = attempts + 1, progress = 0,
      began_at = now(), heard_at = now(), ended_at = null, reason = null, failure = null
    where blob_id = ${blobId}::uuid and name = ${name}
      and (status = 'waiting' or (status = 'running' and (heard_at is null or heard_at < now() - ${SILENT})))
    returning attempts`.execute(tx)
  return rows[0]?.attempts
}

/** An attempt at a step: what is said of one that another has followed changes nothing. */
export type Attempt = { blobId: string; name: StepName; attempts: number }

const ofAttempt = ({ blobId, name, attempts }: Attempt) =>
  sql`blob_id = ${blobId}::uuid and name = ${name} and status = 'running' and attempts = ${attempts}`

/** It lives, and has come so far. */
export async function beat(tx: Tx, attempt: Attempt, share: number): Promise<void> {
  await sql`update step set heard_at = now(), progress = ${share} where ${ofAttempt(attempt)}`.execute(tx)
}

/** It waits for its next attempt. @param how  `stopped`: that it was cut short is nobody's fault, and is not counted */
export async function giveBack(tx: Tx, attempt: Attempt, how: 'failed' | 'stopped'): Promise<void> {
  const uncounted = how === 'stopped' ? 1 : 0
  await sql`
    update step set status = 'waiting', heard_at = null, progress = 0, attempts = attempts - ${uncounted}::int
    where ${ofAttempt(attempt)}`.execute(tx)
}

export type End = { status: 'done' | 'skipped' } | { status: 'failed'; reason: FailureReason; failure: string }

/** False when it was not this attempt's to end any more. */
export async function end(tx: Tx, attempt: Attempt, outcome: End): Promise<{ isOld: boolean } | undefined> {
  const { rows } = await sql<{ isOld: boolean }>`
    update step set ${ended(outcome)} where ${ofAttempt(attempt)} returning is_old as "isOld"`.execute(tx)
  return rows[0]
}

/** Whatever attempt it was: there will be none any more. */
export async function endForGood(tx: Tx, blobId: string, name: StepName, outcome: End): Promise<boolean> {
  const { rows } = await sql`
    update step set ${ended(outcome)}
    where blob_id = ${blobId}::uuid and name = ${name} and status in ('waiting', 'running')
    returning blob_id`.execute(tx)
  return rows.length > 0
}

function ended(outcome: End) {
  const { reason = null, failure = null } = outcome.status === 'failed' ? outcome : {}
  const progress = outcome.status === 'done' ? sql`1` : sql`progress`
  return sql`status = ${outcome.status}, ended_at = now(), heard_at = null, raised_at = null,
    reason = ${reason}, failure = ${failure}, progress = ${progress}`
}

/** It is not to be done: when that changes it is asked for again. */
export async function forget(tx: Tx, blobId: string, name: StepName): Promise<void> {
  await sql`delete from step where blob_id = ${blobId}::uuid and name = ${name} and status in ('waiting', 'running')`.execute(
    tx,
  )
}

export type StandingSubject = Subject & { status: string; standing: Standing }

/** The bytes, and where the step stands with them; undefined when either is gone. */
export async function getSubject(db: Db, blobId: string, name: StepName): Promise<StandingSubject | undefined> {
  const { rows } = await sql<StandingSubject>`
    select blob.id as "blobId", blob.organization_id as "organizationId", blob.object_key as "objectKey",
           blob.size_bytes as "sizeBytes", blob.media_type as "mediaType", step.status, ${standing} as standing
    from step join blob on blob.id = step.blob_id
    where step.blob_id = ${blobId}::uuid and step.name = ${name}`.execute(db)
  return rows[0]
}

/** The files that are these bytes now: what is told of a step is told of them. */
export async function listFilesOf(
  db: Db,
  blobId: string,
  limit: number,
): Promise<{ id: string; organizationId: string }[]> {
  const { rows } = await sql<{ id: string; organizationId: string }>`
    select file.id, file.organization_id as "organizationId"
    from version join file on file.current_version_id = version.id
    where version.blob_id = ${blobId}::uuid and file.trashed_at is null limit ${limit}`.execute(db)
  return rows
}
