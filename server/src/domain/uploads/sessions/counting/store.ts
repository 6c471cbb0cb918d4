import type { UploadSessionState } from '@trove/contract/upload-sessions'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../../platform/db/index.ts'
import type { ByLink } from '../../store.ts'

/** A session as its uploads begin, grow and end in it. */
export type LockedSession = NonNullable<Awaited<ReturnType<typeof lockSession>>>

export async function insertSession(
  tx: Tx,
  session: {
    id: string
    organizationId: string
    createdBy: string
    declaredFiles: number | undefined
    declaredBytes: number | undefined
    name?: string | undefined
    byLink?: ByLink | undefined
  },
): Promise<void> {
  await tx
    .insertInto('upload_session')
    .values({
      id: session.id,
      name: session.name ?? null,
      organization_id: session.organizationId,
      created_by: session.createdBy,
      declared_files: session.declaredFiles ?? null,
      declared_bytes: session.declaredBytes ?? null,
      link_id: session.byLink?.linkId ?? null,
      visit_id: session.byLink?.visitId ?? null,
    })
    .execute()
}

export function lockSession(tx: Tx, sessionId: string) {
  return selectSession(tx).where('upload_session.id', '=', sessionId).forUpdate().executeTakeFirst()
}

/** Counts one more upload and its bytes, as far as they fit. False when they do not. */
export async function beginInSession(tx: Tx, sessionId: string, bytes: number, maxBytes: number): Promise<boolean> {
  const row = await tx
    .updateTable('upload_session')
    .set({
      begun_files: sql`begun_files + 1`,
      total_bytes: sql`total_bytes + ${bytes}`,
      last_byte_at: sql<Date>`now()`,
    })
    .where('id', '=', sessionId)
    .where(sql<boolean>`total_bytes + ${bytes} <= ${maxBytes}`)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** So many bytes more, or fewer, are expected in a session. False when they do not fit. */
export async function growSession(tx: Tx, sessionId: string, bytes: number, maxBytes: number): Promise<boolean> {
  const row = await tx
    .updateTable('upload_session')
    .set({ total_bytes: sql`total_bytes + ${bytes}`, last_byte_at: sql<Date>`now()` })
    .where('id', '=', sessionId)
    .where(sql<boolean>`(${bytes} <= 0 or total_bytes + ${bytes} <= ${maxBytes})`)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Once a minute is enough to know that a session lives, and keeps its uploads from waiting for each other. */
export async function touchSession(tx: Tx, sessionId: string): Promise<void> {
  await tx
    .updateTable('upload_session')
    .set({ last_byte_at: sql<Date>`now()` })
    .where('id', '=', sessionId)
    .where('last_byte_at', '<', sql<Date>`now() - interval '1 minute'`)
    .execute()
}

/** Counts an upload that has ended, and tells how the session stands now. */
export async function endInSession(
  tx: Tx,
  sessionId: string,
  status: 'completed' | 'failed' | 'cancelled',
  lengthBytes: number,
) {
  const [files, bytes] = [sql.ref(`${status}_files`), sql.ref(`${status}_bytes`)]
  const { rows } = await sql<{
    status: UploadSessionState
    declaredFiles: number | null
    begun: number
    completed: number
    failed: number
    cancelled: number
  }>`
    update upload_session set ${files} = ${files} + 1, ${bytes} = ${bytes} + ${lengthBytes}
    where id = ${sessionId}
    returning status, declared_files as "declaredFiles", begun_files as begun, completed_files as completed,
      failed_files as failed, cancelled_files as cancelled`.execute(tx)
  return rows[0]
}

export async function setSessionStatus(tx: Tx, sessionId: string, status: UploadSessionState): Promise<void> {
  await tx.updateTable('upload_session').set({ status }).where('id', '=', sessionId).execute()
}

/** Sessions that go on by name and of which nothing has been heard for so long, locked. */
export function lockSilentSessions(tx: Tx, silentMs: number, limit: number) {
  return selectSession(tx)
    .where('upload_session.status', 'in', ['active', 'paused'])
    .where('last_byte_at', '<', sql<Date>`now() - make_interval(secs => ${silentMs / 1000}::double precision)`)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('upload')
            .select('upload.id')
            .whereRef('upload.upload_session_id', '=', 'upload_session.id')
            .where('upload.ended_at', 'is', null),
        ),
      ),
    )
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute()
}

/** Removes sessions that have ended, hold no upload any more and have been still for so long. */
export async function deleteSessions(tx: Tx, keptMs: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from upload_session where status in ('completed', 'failed', 'cancelled')
      and updated_at < now() - make_interval(secs => ${keptMs / 1000}::double precision)
      and not exists (select from upload where upload_session_id = upload_session.id)`.execute(tx)
  return Number(numAffectedRows ?? 0)
}

function selectSession(db: Db) {
  return db
    .selectFrom('upload_session')
    .select([
      'upload_session.id',
      'organization_id as organizationId',
      'created_by as createdBy',
      'link_id as linkId',
      'upload_session.status',
      'declared_files as declaredFiles',
      'begun_files as begun',
      'completed_files as completed',
      'failed_files as failed',
      'cancelled_files as cancelled',
    ])
    .$narrowType<{ status: UploadSessionState }>()
}
