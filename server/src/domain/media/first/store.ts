import type { FailureReason } from '@trove/contract/processing'
import { sql } from 'kysely'
import type { Tx } from '../../../platform/db/index.ts'

type Bytes = { blobId: string; organizationId: string }
const REVISION = 1

/** What is over stays so: bytes that come once more are not looked at again. What has failed is tried anew. */
export async function begin(tx: Tx, { blobId, organizationId }: Bytes, names: readonly string[]): Promise<void> {
  await sql`
    insert into step (blob_id, name, organization_id, revision, status, attempts, began_at, heard_at)
    select ${blobId}::uuid, name, ${organizationId}::uuid, ${REVISION}, 'running', 1, now(), now()
    from unnest(${names}::text[]) as wanted (name) order by name
    on conflict (blob_id, name) do update set status = 'running', attempts = step.attempts + 1, progress = 0,
      began_at = now(), heard_at = now(), ended_at = null, reason = null, failure = null
    where step.status not in ('done', 'skipped')`.execute(tx)
}

/** How they stand; what is done stays done. */
export async function set(
  tx: Tx,
  { blobId, organizationId }: Bytes,
  names: readonly string[],
  status: 'waiting' | 'done' | 'skipped',
): Promise<void> {
  const endedAt = status === 'waiting' ? sql`null` : sql`now()`
  const progress = status === 'done' ? 1 : 0
  await sql`
    insert into step (blob_id, name, organization_id, revision, status, progress, ended_at)
    select ${blobId}::uuid, name, ${organizationId}::uuid, ${REVISION}, ${status}, ${progress}, ${endedAt}
    from unnest(${names}::text[]) as wanted (name) order by name
    on conflict (blob_id, name) do update set status = ${status}, progress = ${progress}, ended_at = ${endedAt},
      heard_at = null, raised_at = null, reason = null, failure = null
    where step.status <> 'done'`.execute(tx)
}

/** The pictures could not be made; whether it could be looked at is then not known. */
export async function fail(
  tx: Tx,
  { blobId, organizationId }: Bytes,
  { reason, failure }: { reason: FailureReason; failure: string },
): Promise<void> {
  await sql`
    insert into step (blob_id, name, organization_id, revision, status, ended_at, reason, failure)
    values (${blobId}::uuid, 'probe', ${organizationId}::uuid, ${REVISION}, 'skipped', now(), null, null),
      (${blobId}::uuid, 'variants', ${organizationId}::uuid, ${REVISION}, 'failed', now(), ${reason}, ${failure})
    on conflict (blob_id, name) do update set status = excluded.status, ended_at = now(), heard_at = null,
      raised_at = null, reason = excluded.reason, failure = excluded.failure
    where step.status <> 'done'`.execute(tx)
}
