import type { Actor } from '../../../../platform/actor.ts'
import { inTransaction, type Tx } from '../../../../platform/db/index.ts'
import type { Platform } from '../../../../platform/platform.ts'
import { Problem } from '../../../../platform/problem.ts'
import * as access from '../../../access/index.ts'
import * as audit from '../../../audit/index.ts'
import * as files from '../../../files/index.ts'
import { cutOut, processVersion, type Cut } from '../../../media/index.ts'
import * as storage from '../../../storage/index.ts'
import { addEvent } from '../steps.ts'
import * as store from './store.ts'

const TELL_MS = 1_000
/** Who does it; for whom is in the row. */
const ACTOR: Actor = { kind: 'system', reason: 'a clip is cut out' }

/**
 * Cuts it out and makes file and clip, once. May be killed at any line and run again: an object without a row is left
 * to the sweep.
 */
export async function runTrim(platform: Platform, trimId: string, signal: AbortSignal): Promise<void> {
  const { db } = platform
  const trim = await store.getTrim(db, trimId)
  if (trim === undefined || trim.status === 'done' || trim.status === 'failed') return
  await store.setProgress(db, trimId, 0)
  // Whoever asked may be gone by now, or may not have the video any more: what they may do is asked again.
  const actor: Actor = { kind: 'user', userId: trim.createdBy, sessionId: '', isAdministrator: false, ip: '' }
  try {
    const content = await files.requireContent(
      db,
      { require: (...who) => access.require(db, ...who) },
      actor,
      trim.fileId,
    )
    await storage.requireDeliverable(platform, content, { isUploader: content.uploaderId === trim.createdBy })
    const { startMs, lengthMs } = trim
    const cut = await cutOut(platform, content, { startMs, lengthMs }, { signal, onProgress: teller(platform, trimId) })
    if (!cut.ok) return await fail(platform, trimId, cut.failure)
    await keep(platform, trim, { ...cut, name: content.name })
  } catch (error) {
    // What is being fetched or checked comes: the job is tried again. Anything else that is refused stays refused.
    if (!(error instanceof Problem) || WAITS.has(error.kind)) throw error
    await fail(platform, trimId, error.message)
  }
}

const WAITS = new Set(['being-fetched', 'being-checked', 'unavailable'])

export async function fail({ db }: Pick<Platform, 'db'>, trimId: string, failure: string): Promise<void> {
  await inTransaction(db, (tx) => store.setFailed(tx, trimId, failure))
}

type Made = Extract<Cut, { ok: true }> & { name: string }

/** File and clip in one transaction. What comes second, or has no room, takes its object back. */
async function keep(platform: Platform, trim: store.TrimRow, made: Made): Promise<void> {
  const { objects, db } = platform
  try {
    const isNew = await inTransaction(db, (tx) => record(platform, tx, { trim, made }))
    if (!isNew) await objects.delete([made.objectKey])
  } catch (error) {
    await objects.delete([made.objectKey])
    throw error
  }
}

/** Whether the object is the one that counts from here on. */
async function record(platform: Platform, tx: Tx, about: { trim: store.TrimRow; made: Made }): Promise<boolean> {
  const { made } = about
  const trim = await store.lockOpenTrim(tx, about.trim.id)
  if (trim === undefined) return false
  const { organizationId, createdBy, wanted, fileId: sourceId, startMs } = trim
  const { sizeBytes } = made
  await access.requireOpen(tx, organizationId)
  const isOpen =
    wanted.folderId !== undefined &&
    (await files.isOpenTo(tx, createdBy, { organizationId, folderId: wanted.folderId }))
  const folderId = isOpen ? wanted.folderId : undefined
  const blob = await storage.recordBlob(tx, { ...made, organizationId, isToBeScanned: platform.scanner !== undefined })
  if (blob === undefined) throw new Error('a blob could not be recorded although its bytes are there')
  const file = { organizationId, createdBy, name: nameOf(made), kind: 'video', blobId: blob.blobId, folderId }
  const { fileId, versionId } = await files.addFile(tx, file)
  await store.dateLike(tx, fileId, { of: sourceId, laterMs: startMs })
  await platform.jobs.enqueue(tx, processVersion, { versionId }, { groupId: organizationId })
  await audit.record(tx, ACTOR, 'file.added', {
    organizationId,
    resourceId: fileId,
    facts: { sizeBytes, cutOutOf: sourceId },
  })
  const { title, text } = wanted
  const event = { organizationId, createdBy, kind: 'clip', title, text, folderId, fileIds: [fileId] } as const
  const eventId = await addEvent(tx, ACTOR, event)
  await store.setDone(tx, trim.id, { fileId, eventId })
  // Last, because everybody who uploads to this organization waits for this row.
  await storage.reserve(tx, organizationId, blob.isCharged ? sizeBytes : 0, trim.id)
  await storage.settle(tx, organizationId, { uploadId: trim.id, sizeBytes, isCharged: blob.isCharged })
  return blob.isNew
}

const MOST_NAME = 200

/** `Ward round.mov` becomes `Ward round (clip).mov`. */
function nameOf({ name, objectKey }: Made): string {
  const extension = objectKey.slice(objectKey.lastIndexOf('.') + 1)
  const stem = name.replace(/\.[^.]{1,10}$/, '')
  return `${[...stem].slice(0, MOST_NAME).join('')} (clip).${extension}`
}

/** Written at most once a second and never waited for: how far it has come is lost with whoever told it. */
function teller({ db, log }: Platform, trimId: string): (share: number) => void {
  let toldAt = performance.now()
  return (share) => {
    const now = performance.now()
    if (now - toldAt < TELL_MS) return
    toldAt = now
    store.setProgress(db, trimId, share).catch((err: unknown) => log.debug({ err }, 'progress was not written'))
  }
}
