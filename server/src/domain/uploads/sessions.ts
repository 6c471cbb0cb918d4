import type { ProcessingState } from '@trove/contract/files'
import type { Upload, UploadSession, UploadSessionState } from '@trove/contract/uploads'
import type { UserActor } from '../../platform/actor.ts'
import { inTransaction, type Db } from '../../platform/db/index.ts'
import { isId, newId } from '../../platform/ids.ts'
import { Problem } from '../../platform/problem.ts'
import * as access from '../access/index.ts'
import type { Desk } from './desk.ts'
import { cancelUpload } from './operations.ts'
import { sessionMayBecome, stageOf } from './rules.ts'
import * as store from './store.ts'

const DEFAULT_LIMIT = 50

/** @throws not-found, too-large */
export async function createUploadSession(
  desk: Desk,
  actor: UserActor,
  input: { organizationId: string; fileCount?: number; totalBytes?: number },
): Promise<UploadSession> {
  const { db, settings } = desk.platform
  const { organizationId, fileCount, totalBytes } = input
  await access.requireMember(db, actor, organizationId, 'guest')
  const { maxSessionBytes } = settings
  if (totalBytes !== undefined && totalBytes > maxSessionBytes) {
    throw new Problem('too-large', `The uploads of one session may have at most ${maxSessionBytes} bytes together.`, {
      maxSessionBytes,
    })
  }
  const id = newId()
  await inTransaction(db, (tx) =>
    store.insertSession(tx, {
      id,
      organizationId,
      createdBy: actor.userId,
      declaredFiles: fileCount,
      declaredBytes: totalBytes,
    }),
  )
  return getUploadSession(db, actor, id)
}

/** @throws not-found */
export async function getUploadSession(db: Db, actor: UserActor, sessionId: string): Promise<UploadSession> {
  const session = await requireOwnSession(db, actor, sessionId)
  return present(session, await store.listUploads(db, [sessionId]))
}

/** @throws not-found, invalid-request */
export async function listUploadSessions(
  db: Db,
  actor: UserActor,
  input: { organizationId: string; limit?: number; cursor?: string; status?: UploadSessionState },
): Promise<{ items: UploadSession[]; next?: string }> {
  const { organizationId, limit = DEFAULT_LIMIT, cursor, status } = input
  if (cursor !== undefined && !isId(cursor))
    throw new Problem('invalid-request', 'The cursor must be the `next` of a page before.')
  await access.requireMember(db, actor, organizationId, 'guest')
  const rows = await store.listSessions(
    db,
    { organizationId, userId: actor.userId, status },
    { limit: limit + 1, after: cursor },
  )
  const page = rows.slice(0, limit)
  const uploads = Map.groupBy(
    await store.listUploads(
      db,
      page.map(({ id }) => id),
    ),
    ({ sessionId }) => sessionId,
  )
  const items = page.map((session) => present(session, uploads.get(session.id) ?? []))
  const last = items.at(-1)
  return { items, ...(rows.length > limit && last !== undefined && { next: last.id }) }
}

/**
 * Cancels every upload of a session that has not ended. One that is being finished becomes a file all the same.
 *
 * @throws not-found
 * @throws wrong-state  naming both states
 */
export async function cancelUploadSession(desk: Desk, actor: UserActor, sessionId: string): Promise<UploadSession> {
  const { db } = desk.platform
  await requireOwnSession(db, actor, sessionId)
  // First of all, so that nothing is added any more.
  await inTransaction(db, async (tx) => {
    const session = await store.lockSession(tx, sessionId)
    if (session === undefined || !sessionMayBecome(session.status, 'cancelled')) {
      throw new Problem('wrong-state', `The upload session is ${session?.status} and cannot become cancelled.`, {
        from: session?.status,
        to: 'cancelled',
      })
    }
    await store.setSessionStatus(tx, sessionId, 'cancelled')
  })
  for (const upload of await store.listOpen(db, sessionId)) {
    await cancelUpload(desk, actor, upload.id).catch((error: unknown) => {
      // It ended, or was finished, a moment before.
      if (!(error instanceof Problem)) throw error
    })
  }
  return getUploadSession(db, actor, sessionId)
}

/** Only its user, while still a member. @throws not-found */
async function requireOwnSession(db: Db, actor: UserActor, sessionId: string): Promise<store.SessionRow> {
  const session = await store.getSession(db, sessionId)
  // What strangers send by a user's link is none of that user's batches.
  if (session?.createdBy !== actor.userId || session.linkId !== null)
    throw new Problem('not-found', `No upload session ${sessionId}.`)
  await access.requireMember(db, actor, session.organizationId, 'guest')
  return session
}

function present(session: store.SessionRow, rows: readonly store.ListedUpload[]): UploadSession {
  const open = rows.filter(({ status }) => status !== 'completed')
  return {
    id: session.id,
    organizationId: session.organizationId,
    status: session.status,
    fileCount: Math.max(session.declaredFiles ?? 0, session.begun),
    bytesUploaded: session.completedBytes + open.reduce((sum, { offsetBytes }) => sum + offsetBytes, 0),
    totalBytes: Math.max(session.totalBytes, session.declaredBytes ?? 0),
    createdAt: session.createdAt.toISOString(),
    uploads: rows.map(presentUpload),
  }
}

function presentUpload(row: store.ListedUpload): Upload {
  const status = row.status as Upload['status']
  return {
    id: row.id,
    filename: row.filename,
    status,
    stage: stageOf(status, (row.processing ?? undefined) as ProcessingState | undefined),
    bytesUploaded: row.offsetBytes,
    totalBytes: row.lengthBytes,
    ...(row.sha256 && { sha256: row.sha256.toString('hex') }),
    ...(row.folderId && { folderId: row.folderId }),
    ...(row.fileId && { fileId: row.fileId }),
    ...(row.failure && { failure: row.failure }),
    expiresAt: row.expiresAt.toISOString(),
  }
}
