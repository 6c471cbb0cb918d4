import type { UploadSession, UploadSessionState } from '@trove/contract/upload-sessions'
import type { Upload } from '@trove/contract/uploads'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction, type Db, type Tx } from '../../../platform/db/index.ts'
import { isId, newId } from '../../../platform/ids.ts'
import { Problem } from '../../../platform/problem.ts'
import * as access from '../../access/index.ts'
import * as audit from '../../audit/index.ts'
import type { Desk } from '../desk.ts'
import { cancelOpen } from '../operations.ts'
import { announceSession } from '../steps.ts'
import { insertSession, lockSession, setSessionStatus, type LockedSession } from './counting/store.ts'
import { present, presentUpload } from './present.ts'
import { sessionMayBecome } from './rules.ts'
import { requireSession, requireWatcher, unknown } from './seeing.ts'
import * as store from './store.ts'

const DEFAULT_LIMIT = 50

/** @throws not-found, too-large */
export async function createUploadSession(
  desk: Desk,
  actor: UserActor,
  input: { organizationId: string; name?: string; fileCount?: number; totalBytes?: number },
): Promise<UploadSession> {
  const { db, settings } = desk.platform
  const { organizationId, name, fileCount, totalBytes } = input
  await access.requireMember(db, actor, organizationId, 'guest')
  const { maxSessionBytes } = settings
  if (totalBytes !== undefined && totalBytes > maxSessionBytes) {
    throw new Problem('too-large', `The uploads of one session may have at most ${maxSessionBytes} bytes together.`, {
      maxSessionBytes,
    })
  }
  const id = newId()
  await inTransaction(db, (tx) =>
    insertSession(tx, {
      id,
      organizationId,
      createdBy: actor.userId,
      name: name === undefined ? undefined : requireName(name),
      declaredFiles: fileCount,
      declaredBytes: totalBytes,
    }),
  )
  return getUploadSession(desk, actor, id)
}

/** @throws not-found */
export async function getUploadSession(desk: Desk, actor: UserActor, sessionId: string): Promise<UploadSession> {
  return present(await requireSession(desk.platform.db, actor, sessionId), desk.boards.told(sessionId))
}

/** @throws not-found, invalid-request */
export async function listSessionUploads(
  db: Db,
  actor: UserActor,
  input: { uploadSessionId: string; limit?: number; cursor?: string; only?: 'open' | 'failed' },
): Promise<{ items: Upload[]; next?: string }> {
  const { uploadSessionId, limit = DEFAULT_LIMIT, cursor, only } = input
  requireCursor(cursor)
  await requireSession(db, actor, uploadSessionId)
  return pageOf(await store.listUploads(db, uploadSessionId, { limit: limit + 1, after: cursor, only }), limit, (row) =>
    presentUpload(row),
  )
}

/** @throws not-found, not-allowed, invalid-request */
export async function listUploadSessions(
  desk: Desk,
  actor: UserActor,
  input: {
    organizationId: string
    limit?: number
    cursor?: string
    status?: UploadSessionState
    only?: 'open' | 'ended'
    whose?: 'mine' | 'all'
  },
): Promise<{ items: UploadSession[]; next?: string }> {
  const { organizationId, limit = DEFAULT_LIMIT, cursor, status, only, whose = 'mine' } = input
  const { db } = desk.platform
  requireCursor(cursor)
  if (whose === 'all' && actor.scopes !== undefined) throw keysSeeTheirOwn()
  await access.requireMember(db, actor, organizationId, whose === 'all' ? 'admin' : 'guest')
  const userId = whose === 'all' ? undefined : actor.userId
  const rows = await store.listSessions(
    db,
    { organizationId, userId, status, only },
    { limit: limit + 1, after: cursor },
  )
  return pageOf(rows, limit, (row) => present(row, desk.boards.told(row.id)))
}

/** @throws not-found, invalid-request, read-only */
export async function renameUploadSession(
  desk: Desk,
  actor: UserActor,
  input: { uploadSessionId: string; name: string },
): Promise<UploadSession> {
  const name = requireName(input.name)
  return changeSession(desk, actor, input.uploadSessionId, async (tx, session) => {
    await access.requireOpen(tx, session.organizationId)
    await store.setName(tx, session.id, name)
    return { action: 'upload-session.renamed', status: session.status }
  })
}

/**
 * From here on no byte of the session is taken. What is being sent is interrupted, in whichever process, and what has
 * come of it is kept.
 *
 * @throws not-found
 * @throws wrong-state  naming both states
 */
export async function pauseUploadSession(desk: Desk, actor: UserActor, sessionId: string): Promise<UploadSession> {
  const changed = await changeSession(desk, actor, sessionId, async (tx, session) => {
    requireStep(session, 'paused')
    await store.setPaused(tx, session.id, actor.userId)
    return { action: 'upload-session.paused', status: 'paused' }
  })
  await interruptSession(desk, sessionId)
  return changed
}

/**
 * @throws not-found, read-only
 * @throws wrong-state  naming both states
 */
export function resumeUploadSession(desk: Desk, actor: UserActor, sessionId: string): Promise<UploadSession> {
  return changeSession(desk, actor, sessionId, async (tx, session) => {
    requireStep(session, 'active')
    // A pause may always be made, and what is under way cancelled: both take nothing in.
    await access.requireOpen(tx, session.organizationId)
    await store.setResumed(tx, session.id)
    return { action: 'upload-session.resumed', status: 'active' }
  })
}

/**
 * Cancels every upload of a session that has not ended. One that is being finished becomes a file all the same.
 *
 * @throws not-found
 * @throws wrong-state  naming both states
 */
export async function cancelUploadSession(desk: Desk, actor: UserActor, sessionId: string): Promise<UploadSession> {
  // First of all, so that nothing is added any more.
  await changeSession(desk, actor, sessionId, async (tx, session) => {
    requireStep(session, 'cancelled')
    await store.setResumed(tx, session.id)
    await setSessionStatus(tx, session.id, 'cancelled')
    return { action: 'upload-session.cancelled', status: 'cancelled' }
  })
  for (const uploadId of await store.listOpenIds(desk.platform.db, sessionId)) {
    await cancelOpen(desk, uploadId).catch((error: unknown) => {
      // It ended, or was finished, a moment before.
      if (!(error instanceof Problem)) throw error
    })
  }
  return getUploadSession(desk, actor, sessionId)
}

/** Stops whoever writes to an upload of the session in this process; what has come of it is flushed by them. */
export async function interruptSession(desk: Desk, sessionId: string): Promise<void> {
  for (const uploadId of await store.listOpenIds(desk.platform.db, sessionId)) desk.turns.interrupt(uploadId)
}

type Change = { action: string; status: UploadSessionState }

async function changeSession(
  desk: Desk,
  actor: UserActor,
  sessionId: string,
  change: (tx: Tx, session: LockedSession) => Promise<Change>,
): Promise<UploadSession> {
  await inTransaction(desk.platform.db, async (tx) => {
    const session = isId(sessionId) ? await lockSession(tx, sessionId) : undefined
    if (session === undefined) throw unknown(sessionId)
    await requireWatcher(tx, actor, session)
    const { action, status } = await change(tx, session)
    const { organizationId, createdBy } = session
    await audit.record(tx, actor, action, {
      organizationId,
      facts: { uploadSessionId: session.id, ofUserId: createdBy },
    })
    // What a link's maker never hears of, its visitors' batches, is told to whoever changed it.
    const userId = session.linkId === null ? createdBy : actor.userId
    await announceSession(tx, { id: session.id, organizationId, userId }, { status, byUserId: actor.userId })
  })
  return getUploadSession(desk, actor, sessionId)
}

/** @throws wrong-state  naming both states */
function requireStep({ status }: { status: UploadSessionState }, to: UploadSessionState): void {
  if (sessionMayBecome(status, to)) return
  throw new Problem('wrong-state', `The upload session is ${status} and cannot become ${to}.`, { from: status, to })
}

/** @throws invalid-request */
function requireName(name: string): string {
  const trimmed = name.trim()
  if (trimmed === '' || !trimmed.isWellFormed())
    throw new Problem('invalid-request', 'The name of a session needs at least one letter.')
  return trimmed
}

/** @throws invalid-request */
function requireCursor(cursor: string | undefined): void {
  if (cursor !== undefined && !isId(cursor))
    throw new Problem('invalid-request', 'The cursor must be the `next` of a page before.')
}

function pageOf<Row extends { id: string }, Item>(
  rows: readonly Row[],
  limit: number,
  show: (row: Row) => Item,
): { items: Item[]; next?: string } {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { items: page.map(show), ...(rows.length > limit && last !== undefined && { next: last.id }) }
}

const keysSeeTheirOwn = () =>
  new Problem('not-allowed', 'An API key sees the batches of its own user; sign in to see everybody’s.')
