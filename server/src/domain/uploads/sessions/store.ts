import type { UploadSessionState } from '@trove/contract/upload-sessions'
import type { UploadState } from '@trove/contract/uploads'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'

/** Clients send a few at a time; more than these need not be named. */
const MOST_UNDER_WAY = 50

export type SessionRow = NonNullable<Awaited<ReturnType<typeof getSession>>>
export type ListedUpload = Awaited<ReturnType<typeof listUploads>>[number]

export function getSession(db: Db, sessionId: string) {
  return selectSession(db).where('upload_session.id', '=', sessionId).executeTakeFirst()
}

/** Sessions of an organization, newest first; those of strangers only where everybody's are asked for. */
export function listSessions(
  db: Db,
  of: {
    organizationId: string
    userId: string | undefined
    status: UploadSessionState | undefined
    only: 'open' | 'ended' | undefined
  },
  page: { limit: number; after: string | undefined },
) {
  return selectSession(db)
    .where('upload_session.organization_id', '=', of.organizationId)
    .$if(of.userId !== undefined, (q) =>
      q.where('upload_session.created_by', '=', of.userId ?? '').where('upload_session.link_id', 'is', null),
    )
    .$if(of.status !== undefined, (q) => q.where('upload_session.status', '=', of.status ?? 'active'))
    .$if(of.only === 'open', (q) => q.where('upload_session.status', 'in', ['active', 'paused']))
    .$if(of.only === 'ended', (q) => q.where('upload_session.status', 'not in', ['active', 'paused']))
    .$if(page.after !== undefined, (q) => q.where('upload_session.id', '<', page.after ?? ''))
    .orderBy('upload_session.id', 'desc')
    .limit(page.limit)
    .execute()
}

/** Uploads of a session with what is known of their files, in the order they were begun. */
export function listUploads(
  db: Db,
  sessionId: string,
  page: { limit: number; after: string | undefined; only: 'open' | 'failed' | undefined },
) {
  return db
    .selectFrom('upload')
    .leftJoin('file', 'file.id', 'upload.file_id')
    .leftJoin('version', 'version.id', 'file.current_version_id')
    .leftJoin('blob', 'blob.id', 'version.blob_id')
    .select([
      'blob.scan_status as scan',
      'blob.scan_reason as scanReason',
      'version.failure as fileFailure',
      'upload.id',
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
    .where('upload.upload_session_id', '=', sessionId)
    .$if(page.only === 'open', (q) => q.where('upload.ended_at', 'is', null))
    .$if(page.only === 'failed', (q) => q.where('upload.status', '=', 'failed'))
    .$if(page.after !== undefined, (q) => q.where('upload.id', '>', page.after ?? ''))
    .orderBy('upload.id')
    .limit(page.limit)
    .execute()
}

/** The most recent of the uploads of a session that have not ended and of which something has come, and those named. */
export async function listUnderWay(
  db: Db,
  sessionId: string,
  named: readonly string[],
): Promise<{ id: string; offsetBytes: number }[]> {
  const { rows } = await sql<{ id: string; offsetBytes: number }>`
    select id, offset_bytes as "offsetBytes" from upload
    where upload_session_id = ${sessionId}::uuid and ended_at is null
      and (offset_bytes > 0 or id = any(${named}::uuid[]))
    order by id = any(${named}::uuid[]) desc, id desc
    limit ${named.length + MOST_UNDER_WAY}`.execute(db)
  return rows
}

/** Ids of the uploads of a session that bytes may still come for. */
export async function listOpenIds(db: Db, sessionId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('upload')
    .select('id')
    .where('upload_session_id', '=', sessionId)
    .where('ended_at', 'is', null)
    .where('status', 'in', ['pending', 'uploading', 'paused'] satisfies UploadState[])
    .execute()
  return rows.map(({ id }) => id)
}

/** By whom and since when a session is paused; undefined when it is not. */
export async function getPause(db: Db, sessionId: string): Promise<{ byId: string; byName: string } | undefined> {
  const { rows } = await sql<{ byId: string; byName: string }>`
    select paused_by as "byId", "user".name as "byName"
    from upload_session join "user" on "user".id = paused_by
    where upload_session.id = ${sessionId}::uuid and status = 'paused'`.execute(db)
  return rows[0]
}

export async function setPaused(tx: Tx, sessionId: string, userId: string): Promise<void> {
  await tx
    .updateTable('upload_session')
    .set({ status: 'paused', paused_by: userId, paused_at: sql<Date>`now()` })
    .where('id', '=', sessionId)
    .execute()
}

export async function setResumed(tx: Tx, sessionId: string): Promise<void> {
  await tx
    .updateTable('upload_session')
    .set({ status: 'active', paused_by: null, paused_at: null })
    .where('id', '=', sessionId)
    .execute()
}

export async function setName(tx: Tx, sessionId: string, name: string): Promise<void> {
  await tx.updateTable('upload_session').set({ name }).where('id', '=', sessionId).execute()
}

/** Who of these may see a session: owners and admins, and the member who began it. */
export async function listWatchers(
  db: Db,
  session: { organizationId: string; userId: string | undefined },
  userIds: readonly string[],
): Promise<Set<string>> {
  const rows = await db
    .selectFrom('organization_member')
    .select('user_id')
    .where('organization_id', '=', session.organizationId)
    .where('user_id', '=', sql<string>`any(${userIds}::uuid[])`)
    .where('is_barred', '=', false)
    .where((e) =>
      e.or([e('role', 'in', ['owner', 'admin']), ...(session.userId ? [e('user_id', '=', session.userId)] : [])]),
    )
    .execute()
  return new Set(rows.map(({ user_id }) => user_id))
}

function selectSession(db: Db) {
  return db
    .selectFrom('upload_session')
    .innerJoin('user as maker', 'maker.id', 'upload_session.created_by')
    .leftJoin('user as pauser', 'pauser.id', 'upload_session.paused_by')
    .leftJoin('link', 'link.id', 'upload_session.link_id')
    .select([
      'upload_session.id',
      'upload_session.organization_id as organizationId',
      'upload_session.created_by as createdBy',
      'maker.name as makerName',
      'upload_session.link_id as linkId',
      'link.label as linkLabel',
      'upload_session.name',
      'upload_session.status',
      'upload_session.paused_by as pausedBy',
      'pauser.name as pauserName',
      'upload_session.paused_at as pausedAt',
      'upload_session.declared_files as declaredFiles',
      'upload_session.declared_bytes as declaredBytes',
      'upload_session.begun_files as begun',
      'upload_session.completed_files as completed',
      'upload_session.failed_files as failed',
      'upload_session.cancelled_files as cancelled',
      'upload_session.total_bytes as begunBytes',
      'upload_session.completed_bytes as completedBytes',
      'upload_session.failed_bytes as failedBytes',
      'upload_session.cancelled_bytes as cancelledBytes',
      'upload_session.created_at as createdAt',
      sql<number>`(select coalesce(sum(offset_bytes), 0)::bigint from upload
        where upload_session_id = upload_session.id and ended_at is null)`.as('openBytes'),
    ])
    .$narrowType<{ status: UploadSessionState }>()
}
