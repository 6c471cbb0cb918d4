import type { UploadSessionState, UploadState } from '@trove/contract/uploads'
import { sql } from 'kysely'
import type { Db, Tx } from '../../platform/db/index.ts'

export type UploadRow = NonNullable<Awaited<ReturnType<typeof getUpload>>>
export type SessionRow = NonNullable<Awaited<ReturnType<typeof getSession>>>
export type ListedUpload = Awaited<ReturnType<typeof listUploads>>[number]

/** By which link, and in which visit, strangers send what will be its maker's. */
type ByLink = { linkId: string; visitId: string }

const EXPIRES = (expiryMs: number) => sql<Date>`now() + make_interval(secs => ${expiryMs / 1000}::double precision)`

export function getUpload(db: Db, uploadId: string) {
  return selectUpload(db).where('id', '=', uploadId).executeTakeFirst()
}

export function lockUpload(tx: Tx, uploadId: string) {
  return selectUpload(tx).where('id', '=', uploadId).forUpdate().executeTakeFirst()
}

export async function insertUpload(
  tx: Tx,
  upload: {
    id: string
    sessionId: string
    organizationId: string
    createdBy: string
    filename: string
    declaredType: string | undefined
    metadata: string
    lengthBytes: number
    objectKey: string
    expiryMs: number
    folderId?: string | undefined
    byLink?: ByLink | undefined
    sender?: string | undefined
  },
): Promise<Date> {
  const { expires_at } = await tx
    .insertInto('upload')
    .values({
      id: upload.id,
      upload_session_id: upload.sessionId,
      organization_id: upload.organizationId,
      created_by: upload.createdBy,
      filename: upload.filename,
      declared_type: upload.declaredType ?? null,
      metadata: upload.metadata,
      length_bytes: upload.lengthBytes,
      object_key: upload.objectKey,
      folder_id: upload.folderId ?? null,
      link_id: upload.byLink?.linkId ?? null,
      visit_id: upload.byLink?.visitId ?? null,
      sender: upload.sender ?? null,
      expires_at: EXPIRES(upload.expiryMs),
    })
    .returning('expires_at')
    .executeTakeFirstOrThrow()
  return expires_at
}

export async function setStatus(tx: Tx, uploadId: string, status: UploadState): Promise<void> {
  await tx.updateTable('upload').set({ status }).where('id', '=', uploadId).execute()
}

export async function setObjectKey(tx: Tx, uploadId: string, objectKey: string): Promise<void> {
  await tx.updateTable('upload').set({ object_key: objectKey }).where('id', '=', uploadId).execute()
}

/** Bytes up to here are durable. Undefined when the upload has ended meanwhile, and nothing was changed. */
export async function moveOffset(
  tx: Tx,
  uploadId: string,
  offsetBytes: number,
  expiryMs: number,
): Promise<Date | undefined> {
  const row = await tx
    .updateTable('upload')
    .set({ offset_bytes: offsetBytes, expires_at: EXPIRES(expiryMs) })
    .where('id', '=', uploadId)
    .where('status', 'in', ['pending', 'uploading', 'paused', 'checking'])
    .returning('expires_at')
    .executeTakeFirst()
  return row?.expires_at
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

/** The end of an upload. Its object key goes: from here on a blob says where the bytes are, or nothing does. */
export async function endUpload(
  tx: Tx,
  uploadId: string,
  end:
    | { status: 'completed'; fileId: string; sha256: Uint8Array; mediaType: string; lengthBytes: number }
    | { status: 'failed' | 'cancelled'; failureKind: string | null; failure: string | null },
): Promise<void> {
  const facts =
    end.status === 'completed'
      ? {
          file_id: end.fileId,
          sha256: Buffer.from(end.sha256),
          media_type: end.mediaType,
          offset_bytes: end.lengthBytes,
        }
      : { failure_kind: end.failureKind, failure: end.failure }
  await tx
    .updateTable('upload')
    .set({ status: end.status, ended_at: sql<Date>`now()`, object_key: null, ...facts })
    .where('id', '=', uploadId)
    .execute()
}

/** Uploads with what is known of their files, oldest first. */
export function listUploads(db: Db, sessionIds: readonly string[]) {
  return db
    .selectFrom('upload')
    .leftJoin('file', 'file.id', 'upload.file_id')
    .leftJoin('version', 'version.id', 'file.current_version_id')
    .select([
      'upload.id',
      'upload.upload_session_id as sessionId',
      'upload.filename',
      'upload.status',
      'upload.offset_bytes as offsetBytes',
      'upload.length_bytes as lengthBytes',
      'upload.sha256',
      'upload.folder_id as folderId',
      'upload.file_id as fileId',
      'upload.failure',
      'upload.expires_at as expiresAt',
      'version.status as processing',
    ])
    .where('upload.upload_session_id', '=', sql<string>`any(${sessionIds}::uuid[])`)
    .orderBy('upload.id')
    .execute()
}

/** Uploads whose bytes are all there and which have not ended, untouched for a while: their finisher is gone. */
export function listUnfinished(db: Db, idleMs: number, limit: number) {
  return selectUpload(db)
    .where('status', 'in', ['pending', 'uploading', 'paused', 'checking'])
    .where((e) => e.or([e('status', '=', 'checking'), e('offset_bytes', '=', e.ref('length_bytes'))]))
    .where('updated_at', '<=', sql<Date>`now() - make_interval(secs => ${idleMs / 1000}::double precision)`)
    .orderBy('updated_at')
    .limit(limit)
    .execute()
}

export function listUploading(db: Db) {
  return selectUpload(db).where('status', '=', 'uploading').execute()
}

export function listOpen(db: Db, sessionId: string) {
  return selectUpload(db)
    .where('upload_session_id', '=', sessionId)
    .where('status', 'in', ['pending', 'uploading', 'paused'])
    .execute()
}

export function listExpired(db: Db, limit: number) {
  return selectUpload(db)
    .where('status', 'in', ['pending', 'uploading', 'paused'])
    .where('expires_at', '<=', sql<Date>`now()`)
    .orderBy('expires_at')
    .limit(limit)
    .execute()
}

/** Removes rows of uploads that ended so long ago. Returns how many. */
export async function deleteEnded(tx: Tx, keptMs: number, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from upload where id in (
      select id from upload where ended_at < now() - make_interval(secs => ${keptMs / 1000}::double precision)
      order by ended_at limit ${limit})`.execute(tx)
  return Number(numAffectedRows ?? 0)
}

/** Removes sessions that have ended, hold no upload any more and have been still for so long. */
export async function deleteSessions(tx: Tx, keptMs: number): Promise<void> {
  await sql`
    delete from upload_session where status in ('completed', 'failed', 'cancelled')
      and updated_at < now() - make_interval(secs => ${keptMs / 1000}::double precision)
      and not exists (select from upload where upload_session_id = upload_session.id)`.execute(tx)
}

export async function insertSession(
  tx: Tx,
  session: {
    id: string
    organizationId: string
    createdBy: string
    declaredFiles: number | undefined
    declaredBytes: number | undefined
    byLink?: ByLink | undefined
  },
): Promise<void> {
  await tx
    .insertInto('upload_session')
    .values({
      id: session.id,
      organization_id: session.organizationId,
      created_by: session.createdBy,
      declared_files: session.declaredFiles ?? null,
      declared_bytes: session.declaredBytes ?? null,
      link_id: session.byLink?.linkId ?? null,
      visit_id: session.byLink?.visitId ?? null,
    })
    .execute()
}

export function getSession(db: Db, sessionId: string) {
  return selectSession(db).where('upload_session.id', '=', sessionId).executeTakeFirst()
}

export function lockSession(tx: Tx, sessionId: string) {
  return selectSession(tx).where('upload_session.id', '=', sessionId).forUpdate().executeTakeFirst()
}

/** A user's own sessions, newest first. */
export function listSessions(
  db: Db,
  of: { organizationId: string; userId: string; status: UploadSessionState | undefined },
  page: { limit: number; after: string | undefined },
) {
  return selectSession(db)
    .where('organization_id', '=', of.organizationId)
    .where('created_by', '=', of.userId)
    .where('link_id', 'is', null)
    .$if(of.status !== undefined, (q) => q.where(SHOWN_STATUS, '=', of.status ?? 'active'))
    .$if(page.after !== undefined, (q) => q.where('upload_session.id', '<', page.after ?? ''))
    .orderBy('upload_session.id', 'desc')
    .limit(page.limit)
    .execute()
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

/** Counts an upload that has ended, and tells how the session stands now. */
export async function endInSession(
  tx: Tx,
  sessionId: string,
  status: 'completed' | 'failed' | 'cancelled',
  completedBytes: number,
) {
  const column = sql.ref(`${status}_files`)
  const { rows } = await sql<{
    status: UploadSessionState
    declaredFiles: number | null
    begun: number
    completed: number
    failed: number
    cancelled: number
  }>`
    update upload_session set ${column} = ${column} + 1, completed_bytes = completed_bytes + ${completedBytes}
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

/** A session that goes on is shown as paused while all of it that goes on is. */
const SHOWN_STATUS = sql<UploadSessionState>`case
  when upload_session.status = 'active'
    and exists (select from upload u where u.upload_session_id = upload_session.id and u.status = 'paused')
    and not exists (select from upload u where u.upload_session_id = upload_session.id and u.status in ('pending', 'uploading', 'checking'))
  then 'paused' else upload_session.status end`

function selectUpload(db: Db) {
  return db
    .selectFrom('upload')
    .select([
      'id',
      'upload_session_id as sessionId',
      'organization_id as organizationId',
      'created_by as createdBy',
      'filename',
      'declared_type as declaredType',
      'metadata',
      'length_bytes as lengthBytes',
      'offset_bytes as offsetBytes',
      'status',
      'object_key as objectKey',
      'folder_id as folderId',
      'link_id as linkId',
      'visit_id as visitId',
      'sender',
      'file_id as fileId',
      'failure_kind as failureKind',
      'failure',
      'expires_at as expiresAt',
    ])
    .$narrowType<{ status: UploadState }>()
}

function selectSession(db: Db) {
  return db
    .selectFrom('upload_session')
    .select([
      'upload_session.id',
      'organization_id as organizationId',
      'created_by as createdBy',
      'link_id as linkId',
      SHOWN_STATUS.as('status'),
      'declared_files as declaredFiles',
      'declared_bytes as declaredBytes',
      'begun_files as begun',
      'completed_files as completed',
      'failed_files as failed',
      'cancelled_files as cancelled',
      'total_bytes as totalBytes',
      'completed_bytes as completedBytes',
      'created_at as createdAt',
    ])
}
