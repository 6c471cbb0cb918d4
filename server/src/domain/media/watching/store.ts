import type { FailureReason, StepName, StepState } from '@trove/contract/processing'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'

export type VersionRow = {
  versionId: string
  blobId: string
  organizationId: string
  status: 'pending' | 'processing' | 'ready' | 'failed' | 'infected'
  failure: string | null
}

/** The current version of a file. */
export async function getVersion(db: Db, fileId: string): Promise<VersionRow | undefined> {
  const { rows } = await sql<VersionRow>`
    select version.id as "versionId", version.blob_id as "blobId", file.organization_id as "organizationId",
      version.status, version.failure
    from file join version on version.id = file.current_version_id where file.id = ${fileId}::uuid`.execute(db)
  return rows[0]
}

export type StepRow = {
  name: StepName
  status: StepState
  progress: number
  attempts: number
  reason: FailureReason | null
  failure: string | null
  beganAt: Date | null
  endedAt: Date | null
  isRaised: boolean
  isPaused: boolean
}

export async function listSteps(db: Db, blobId: string): Promise<StepRow[]> {
  const { rows } = await sql<StepRow>`
    select step.name, status, progress, attempts, reason, failure, began_at as "beganAt", ended_at as "endedAt",
      raised_at is not null as "isRaised", step_pause.name is not null as "isPaused"
    from step left join step_pause on step_pause.name = step.name where blob_id = ${blobId}::uuid`.execute(db)
  return rows
}

/** Those of these that wait and that nobody has waited for before. */
export async function raise(tx: Tx, blobId: string, names: readonly StepName[]): Promise<StepName[]> {
  const { rows } = await sql<{ name: StepName }>`
    update step set raised_at = now()
    where blob_id = ${blobId}::uuid and name = any(${names}::text[]) and status = 'waiting' and raised_at is null
    returning name`.execute(tx)
  return rows.map(({ name }) => name)
}

/** The version itself has not been begun: its pictures are what is waited for. False when somebody waits already. */
export async function raiseVersion(
  tx: Tx,
  { blobId, organizationId }: { blobId: string; organizationId: string },
): Promise<boolean> {
  const { rows } = await sql`
    insert into step (blob_id, name, organization_id, revision, raised_at)
    values (${blobId}::uuid, 'variants', ${organizationId}::uuid, 1, now())
    on conflict (blob_id, name) do update set raised_at = now()
    where step.raised_at is null and step.status <> 'running'
    returning name`.execute(tx)
  return rows.length > 0
}

export async function isPaused(db: Db, name: StepName): Promise<boolean> {
  const { rows } = await sql`select from step_pause where name = ${name}`.execute(db)
  return rows.length > 0
}
