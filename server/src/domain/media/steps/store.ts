import type { FailureReason, StepName } from '@trove/contract/processing'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'
import type { Subject } from './step.ts'

/** False when it has been asked for already: whoever asked first has enqueued it. */
export async function ask(
  tx: Tx,
  step: { name: StepName; revision: number; blobId: string; organizationId: string },
): Promise<boolean> {
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

export async function begin(tx: Tx, blobId: string, name: StepName, revision: number): Promise<void> {
  await sql`
    update step set status = 'running', revision = ${revision}, attempts = attempts + 1, progress = 0,
      began_at = now(), ended_at = null, reason = null, failure = null
    where blob_id = ${blobId}::uuid and name = ${name}`.execute(tx)
}

export async function setProgress(db: Db, blobId: string, name: StepName, share: number): Promise<void> {
  await sql`
    update step set progress = ${share} where blob_id = ${blobId}::uuid and name = ${name} and status = 'running'`.execute(
    db,
  )
}

type End = { status: 'done' | 'skipped' } | { status: 'failed'; reason: FailureReason; failure: string }

export async function end(tx: Tx, blobId: string, name: StepName, outcome: End): Promise<void> {
  const { reason = null, failure = null } = outcome.status === 'failed' ? outcome : {}
  await sql`
    update step set status = ${outcome.status}, ended_at = now(), reason = ${reason}, failure = ${failure},
      progress = case when ${outcome.status} = 'done' then 1 else progress end
    where blob_id = ${blobId}::uuid and name = ${name}`.execute(tx)
}

/** The bytes, and where the step stands with them; undefined when either is gone. */
export async function getSubject(
  db: Db,
  blobId: string,
  name: StepName,
): Promise<(Subject & { status: string }) | undefined> {
  const { rows } = await sql<Subject & { status: string }>`
    select blob.id as "blobId", blob.organization_id as "organizationId", blob.object_key as "objectKey",
           blob.size_bytes as "sizeBytes", blob.media_type as "mediaType", step.status
    from step join blob on blob.id = step.blob_id
    where step.blob_id = ${blobId}::uuid and step.name = ${name}`.execute(db)
  return rows[0]
}
