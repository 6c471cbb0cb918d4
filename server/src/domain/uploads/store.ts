import type { UploadSessionState } from '@trove/contract/upload-sessions'
import type { UploadState } from '@trove/contract/uploads'
import type { Kind } from '@trove/contract/media-types'
import { sql } from 'kysely'
import type { Db, Tx } from '../../platform/db/index.ts'
import { isHeldByNobody } from './holding/store.ts'

/** What the bytes of an upload have been found to be. */
export type Judged = { mediaType: string; kind: Kind; extension: string }

export type UploadRow = NonNullable<Awaited<ReturnType<typeof getUpload>>>
export type LockedSession = NonNullable<Awaited<ReturnType<typeof lockSession>>>

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
    isLengthDeferred?: boolean | undefined
    concatenation?: 'partial' | 'final' | undefined
    /** Of a final one: as the client named its parts, and where their bytes are put behind each other. */
    partsNamed?: string | undefined
    stagingId?: string | undefined
    offsetBytes?: number | undefined
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
      offset_bytes: upload.offsetBytes ?? 0,
      is_length_deferred: upload.isLengthDeferred ?? false,
      concatenation: upload.concatenation ?? null,
      parts_named: upload.partsNamed ?? null,
      staging_id: upload.stagingId ?? null,
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

/** What is known of an upload at its offset. */
export type AtOffset = {
  offsetBytes: number
  /** The process that says so; it counts only while that holds the upload. */
  holder: string
  expiryMs: number
  judged?: Judged | undefined
  /** Of exactly so many bytes. */
  hashState?: Uint8Array | undefined
}

/**
 * Bytes up to here are durable. Undefined when the upload has ended meanwhile, or is held by another process, and
 * nothing was changed.
 */
export async function moveOffset(tx: Tx, uploadId: string, at: AtOffset): Promise<Date | undefined> {
  const state = at.hashState === undefined ? null : Buffer.from(at.hashState)
  const row = await tx
    .updateTable('upload')
    .set({
      offset_bytes: at.offsetBytes,
      expires_at: EXPIRES(at.expiryMs),
      // A state that was kept for this very offset still fits it.
      hash_state: sql<Buffer>`case when offset_bytes = ${at.offsetBytes} then coalesce(${state}::bytea, hash_state) else ${state}::bytea end`,
      ...(at.judged && { judged: JSON.stringify(at.judged) }),
    })
    .where('id', '=', uploadId)
    .where('holder', '=', at.holder)
    .where('status', 'in', ['pending', 'uploading', 'paused', 'checking'])
    .returning('expires_at')
    .executeTakeFirst()
  return row?.expires_at
}

/** The length, or the room that has been set aside while that is not known. */
export async function setLength(tx: Tx, uploadId: string, lengthBytes: number, isDeferred: boolean): Promise<void> {
  await tx
    .updateTable('upload')
    .set({ length_bytes: lengthBytes, is_length_deferred: isDeferred })
    .where('id', '=', uploadId)
    .execute()
}

/** From here on its bytes come to the store itself. */
export async function setDirect(tx: Tx, uploadId: string, shown: { head: Uint8Array; judged: Judged }): Promise<void> {
  await tx
    .updateTable('upload')
    .set({ direct_head: Buffer.from(shown.head), judged: JSON.stringify(shown.judged) })
    .where('id', '=', uploadId)
    .execute()
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
    .set({ status: end.status, ended_at: sql<Date>`now()`, object_key: null, holder: null, hash_state: null, ...facts })
    .where('id', '=', uploadId)
    .execute()
}

/** Uploads whose bytes are all there, which have not ended and which no process holds, untouched for a while. */
export function listUnfinished(db: Db, idleMs: number, limit: number) {
  return selectUpload(db)
    .where('status', 'in', ['pending', 'uploading', 'paused', 'checking'])
    .where((e) => e.or([e('status', '=', 'checking'), e('offset_bytes', '=', e.ref('length_bytes'))]))
    .where('is_length_deferred', '=', false)
    .where(sql<boolean>`concatenation is distinct from 'partial'`)
    .where(isHeldByNobody)
    .where('updated_at', '<=', sql<Date>`now() - make_interval(secs => ${idleMs / 1000}::double precision)`)
    .orderBy('updated_at')
    .limit(limit)
    .execute()
}

/** Uploads that are said to be uploading and which no process holds: left by one that died, or not gone on with. */
export function listLeft(db: Db, idleMs: number, limit: number) {
  return selectUpload(db)
    .where('status', '=', 'uploading')
    .where(isHeldByNobody)
    .where((e) =>
      e.or([
        e('holder', 'is not', null),
        e('updated_at', '<=', sql<Date>`now() - make_interval(secs => ${idleMs / 1000}::double precision)`),
      ]),
    )
    .limit(limit)
    .execute()
}

export function listExpired(db: Db, limit: number) {
  return selectUpload(db)
    .where('status', 'in', ['pending', 'uploading', 'paused'])
    .where('expires_at', '<=', sql<Date>`now()`)
    .where('part_of', 'is', null)
    .orderBy('expires_at')
    .limit(limit)
    .execute()
}

/** What expiring would end, and what it has reserved. */
export async function countExpired(db: Db): Promise<{ uploads: number; bytes: number }> {
  const { rows } = await sql<{ uploads: number; bytes: number }>`
    select count(*)::int as uploads, coalesce(sum(length_bytes), 0)::bigint as bytes from upload
    where status in ('pending', 'uploading', 'paused') and expires_at <= now() and part_of is null`.execute(db)
  return rows[0] ?? { uploads: 0, bytes: 0 }
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
export async function deleteSessions(tx: Tx, keptMs: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from upload_session where status in ('completed', 'failed', 'cancelled')
      and updated_at < now() - make_interval(secs => ${keptMs / 1000}::double precision)
      and not exists (select from upload where upload_session_id = upload_session.id)`.execute(tx)
  return Number(numAffectedRows ?? 0)
}

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

export function selectUpload(db: Db) {
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
      'is_length_deferred as isLengthDeferred',
      'concatenation',
      'parts_named as partsNamed',
      'part_of as partOf',
      'staging_id as stagingId',
      'direct_head as directHead',
      'holder',
      'judged',
      'hash_state as hashState',
    ])
    .$narrowType<{ status: UploadState; judged: Judged | null; concatenation: 'partial' | 'final' | null }>()
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
