import type { UploadSessionState } from '@trove/contract/upload-sessions'
import type { UploadState } from '@trove/contract/uploads'
import type { Tx } from '../../platform/db/index.ts'
import * as events from '../../platform/events.ts'
import { Problem } from '../../platform/problem.ts'
import * as storage from '../storage/index.ts'
import { HeldElsewhere } from './holding/holds.ts'
import { hasEnded, mayBecome, outcomeOf, stageOf } from './rules.ts'
import * as parts from './parts/store.ts'
import * as counting from './sessions/counting/store.ts'
import * as store from './store.ts'

/**
 * Takes an upload, locked by the caller, one step on and tells its user.
 *
 * @throws wrong-state  naming both states
 */
export async function changeStatus(tx: Tx, upload: store.UploadRow, to: UploadState): Promise<void> {
  if (upload.status === to) return
  requireStep(upload.status, to)
  await store.setStatus(tx, upload.id, to)
  upload.status = to
  await announce(tx, upload, to)
}

/**
 * The row, locked, of an upload that has not ended.
 *
 * @throws not-found, gone
 */
export async function lockOpen(tx: Tx, uploadId: string): Promise<store.UploadRow> {
  return requireOpen(await store.lockUpload(tx, uploadId), uploadId)
}

/** @throws not-found, gone */
export function requireOpen(upload: store.UploadRow | undefined, uploadId: string): store.UploadRow {
  if (upload === undefined) throw new Problem('not-found', `No upload ${uploadId}.`)
  if (hasEnded(upload.status)) throw goneFor(upload)
  return upload
}

/**
 * Ends an upload, locked by the caller, without a file: the room it had reserved is free again. The staged bytes are
 * removed after COMMIT.
 *
 * @throws wrong-state  naming both states
 */
export async function endWithoutFile(
  tx: Tx,
  upload: store.UploadRow,
  end: { status: 'failed'; reason: Problem } | { status: 'cancelled' },
): Promise<void> {
  requireStep(upload.status, end.status)
  const reason = end.status === 'failed' ? end.reason : undefined
  await store.endUpload(tx, upload.id, {
    status: end.status,
    failureKind: reason?.kind ?? null,
    failure: reason?.message ?? null,
  })
  if (upload.concatenation !== 'partial') await countEnd(tx, upload, end.status)
  if (upload.concatenation === 'final') await endParts(tx, upload.id, 'failed')
  await storage.release(tx, upload.id)
  await announce(tx, upload, end.status)
}

/** A step of ending a final upload: its parts end too, and the room that they had set aside is free again. */
export async function endParts(tx: Tx, finalId: string, status: 'completed' | 'failed'): Promise<void> {
  const joined = await parts.listParts(tx, finalId)
  await parts.endParts(tx, finalId, status)
  for (const { id } of joined) await storage.release(tx, id)
}

/** The session counts an upload that has ended, and ends with the last that was declared. */
export async function countEnd(
  tx: Tx,
  upload: store.UploadRow,
  status: 'completed' | 'failed' | 'cancelled',
): Promise<void> {
  const session = await counting.endInSession(tx, upload.sessionId, status, upload.lengthBytes)
  if (session === undefined || (session.status !== 'active' && session.status !== 'paused')) return
  const outcome = outcomeOf({ ...session, declaredFiles: session.declaredFiles ?? undefined })
  if (outcome === undefined) return
  await counting.setSessionStatus(tx, upload.sessionId, outcome)
  if (upload.linkId !== null) return
  const { sessionId: id, organizationId, createdBy: userId } = upload
  await announceSession(tx, { id, organizationId, userId }, { status: outcome })
}

/** Tells a user's open pages, and every process, that a session stands otherwise now. */
export async function announceSession(
  tx: Tx,
  session: { id: string; organizationId: string; userId: string },
  change: { status: UploadSessionState; byUserId?: string },
): Promise<void> {
  const { id: uploadSessionId, organizationId, userId } = session
  await events.publish(tx, { userId }, { type: 'upload-session.changed', organizationId, uploadSessionId, ...change })
}

/** Tells the user's open pages that an upload stands elsewhere now. Nobody is told of a stranger's before it is a file. */
export async function announce(
  tx: Tx,
  upload: Pick<store.UploadRow, 'id' | 'sessionId' | 'organizationId' | 'createdBy' | 'linkId'>,
  status: UploadState,
): Promise<void> {
  if (upload.linkId !== null) return
  const stage = status === 'completed' ? 'processing' : stageOf(status, undefined)
  await events.publish(
    tx,
    { userId: upload.createdBy },
    {
      type: 'upload.changed',
      organizationId: upload.organizationId,
      uploadId: upload.id,
      uploadSessionId: upload.sessionId,
      status,
      stage,
    },
  )
}

/** @throws wrong-state  naming both states */
export function requireStep(from: UploadState, to: UploadState): void {
  if (mayBecome(from, to)) return
  throw new Problem('wrong-state', `The upload is ${from} and cannot become ${to}.`, { from, to })
}

/** Why an upload could not be changed by the process that held it: it has ended, or another process holds it now. */
export async function lostHold(tx: Tx, upload: store.UploadRow): Promise<Error> {
  const now = await store.getUpload(tx, upload.id)
  return now === undefined || hasEnded(now.status)
    ? goneFor(now ?? upload)
    : new HeldElsewhere('the upload was taken on by another process')
}

/** What to tell of an upload that has ended without a file, or has been waited for too long. */
export function goneFor(upload: store.UploadRow): Problem {
  const why =
    upload.failure ?? (upload.status === 'cancelled' ? 'It was cancelled.' : 'Nobody went on with it in time.')
  return new Problem('gone', why, { status: upload.status })
}
