import type { Trim } from '@trove/contract/trims'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../../platform/db/index.ts'

/** The clip that is made of what is cut out. */
export type Wanted = { title: string; text: string; folderId?: string }

export type TrimRow = {
  id: string
  organizationId: string
  fileId: string
  createdBy: string
  startMs: number
  lengthMs: number
  wanted: Wanted
  status: Trim['status']
  progress: number
  failure: string | null
  resultFileId: string | null
  resultEventId: string | null
}

const columns = sql`
  id, organization_id as "organizationId", file_id as "fileId", created_by as "createdBy", start_ms as "startMs",
  length_ms as "lengthMs", event as wanted, status, progress, failure, result_file_id as "resultFileId",
  result_event_id as "resultEventId"`

export async function insertTrim(
  tx: Tx,
  trim: Pick<TrimRow, 'id' | 'organizationId' | 'fileId' | 'createdBy' | 'startMs' | 'lengthMs' | 'wanted'>,
): Promise<void> {
  await tx
    .insertInto('trim')
    .values({
      id: trim.id,
      organization_id: trim.organizationId,
      file_id: trim.fileId,
      created_by: trim.createdBy,
      start_ms: trim.startMs,
      length_ms: trim.lengthMs,
      event: JSON.stringify(trim.wanted),
    })
    .execute()
}

export async function getTrim(db: Db, trimId: string): Promise<TrimRow | undefined> {
  const { rows } = await sql<TrimRow>`select ${columns} from trim where id = ${trimId}::uuid`.execute(db)
  return rows[0]
}

/** One that is not over, locked until the transaction ends. */
export async function lockOpenTrim(tx: Tx, trimId: string): Promise<TrimRow | undefined> {
  const { rows } = await sql<TrimRow>`
    select ${columns} from trim where id = ${trimId}::uuid and status in ('waiting', 'running') for update`.execute(tx)
  return rows[0]
}

export async function setProgress(db: Db, trimId: string, share: number): Promise<void> {
  await sql`
    update trim set status = 'running', progress = ${share}
    where id = ${trimId}::uuid and status in ('waiting', 'running')`.execute(db)
}

export async function setDone(tx: Tx, trimId: string, made: { fileId: string; eventId: string }): Promise<void> {
  await sql`
    update trim set status = 'done', progress = 1, ended_at = now(),
      result_file_id = ${made.fileId}::uuid, result_event_id = ${made.eventId}::uuid
    where id = ${trimId}::uuid`.execute(tx)
}

export async function setFailed(tx: Tx, trimId: string, failure: string): Promise<void> {
  await sql`
    update trim set status = 'failed', failure = ${failure}, ended_at = now()
    where id = ${trimId}::uuid and status in ('waiting', 'running')`.execute(tx)
}

/** What has been over for some days. */
export async function deleteOld(tx: Tx, days: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from trim where created_at < now() - make_interval(days => ${days}) and ended_at is not null`.execute(tx)
  return Number(numAffectedRows ?? 0)
}

/** Gives a file the time of another one, so much later. */
export async function dateLike(tx: Tx, fileId: string, about: { of: string; laterMs: number }): Promise<void> {
  await sql`
    update file set happened_at = source.happened_at + ${about.laterMs} * interval '1 millisecond',
      offset_minutes = source.offset_minutes, happened_from = source.happened_from
    from file as source
    where file.id = ${fileId}::uuid and source.id = ${about.of}::uuid and source.happened_from <> 'upload'`.execute(tx)
}
