import { inTransaction, type Tx } from '../../platform/db/index.ts'
import { crashPoint } from '../../platform/objects/crash-point.ts'
import type { Actor } from '../../platform/actor.ts'
import { Problem } from '../../platform/problem.ts'
import * as access from '../access/index.ts'
import * as audit from '../audit/index.ts'
import * as files from '../files/index.ts'
import { processVersion } from '../media/index.ts'
import * as storage from '../storage/index.ts'
import { factsOfSender, requireStillTaken } from './by-link/operations.ts'
import { discardParts, joinParts } from './parts/joining.ts'
import type { Desk } from './desk.ts'
import { HEAD_BYTES, judgeHead } from './judge.ts'
import { announcedHash } from './protocol.ts'
import { listParts } from './parts/store.ts'
import { stagedAs } from './staged.ts'
import { announce, countEnd, endParts, endWithoutFile, lockOpen, lostHold, requireOpen, requireStep } from './steps.ts'
import type { Judged } from './store.ts'
import * as store from './store.ts'
import { PATIENCE_MS } from './turns.ts'
import { adopt, findBytes, requireShown } from './whole.ts'

export type Finished = { fileId: string }

/** What a request knows that has just brought the last byte; all of it can be found out again. */
export type AtHand = {
  actor?: Actor
  sha256?: Uint8Array
  /** This process has held the upload since its row was read. */
  isHeld?: true
}

/**
 * Makes a file of an upload whose bytes are all there, once: whoever asks while it is being done waits for the same.
 *
 * The order is the promise: the staged file is flushed, renamed to its key and the folder flushed, then one transaction
 * settles the quota and records blob, file, version, job and activity, and only then is anybody told. A crash at any
 * point leaves an upload that can be finished by asking again; finishing twice is finishing once.
 *
 * @throws type-not-allowed, type-mismatch  the upload has ended as failed
 * @throws not-found  so it has, because whoever sent it is no longer a member
 * @throws gone, storage-full, unavailable
 * @throws HeldElsewhere  another process is finishing it
 * @throws read-only  the organization was suspended meanwhile; nothing is lost
 */
export function completeUpload(desk: Desk, upload: store.UploadRow, atHand: AtHand = {}): Promise<Finished> {
  const underWay = desk.finishing.get(upload.id)
  if (underWay !== undefined) return underWay
  const finishing = finish(desk, upload, atHand)
  desk.finishing.set(upload.id, finishing)
  const isOver = () => void desk.finishing.delete(upload.id)
  finishing.then(
    () => {
      isOver()
      desk.holds.ended(upload.id)
    },
    () => {
      isOver()
      void desk.holds.letGo(upload.id)
    },
  )
  return finishing
}

async function finish(desk: Desk, known: store.UploadRow, atHand: AtHand): Promise<Finished> {
  const upload = atHand.isHeld ? known : await takeUp(desk, known.id)
  if (upload.fileId !== null) return { fileId: upload.fileId }
  const parts = upload.concatenation === 'final' ? await listParts(desk.platform.db, upload.id) : []
  try {
    if (parts.length > 0) await joinParts(desk, upload)
    const bytes = await findBytes(desk, upload)
    const judged = desk.known(upload).judged ?? (await judgeHead(desk, upload, await bytes.head()))
    const sha256 = atHand.sha256 ?? (await bytes.digest(judged))
    requireAsAnnounced(upload, sha256)
    if (upload.directHead !== null) await requireShown(desk, upload, upload.directHead)
    const actor = atHand.actor ?? { kind: 'system', reason: 'an upload was left to be finished' }
    // The last request may have taken hours: it began as a member's, or by a link that took files then.
    if (upload.linkId === null)
      await access.requireMember(desk.platform.db, senderOf(upload, actor), upload.organizationId, 'guest')
    else await requireStillTaken(desk.platform.db, upload)
    // Not final: the bytes wait, and become a file when they are asked about after it is open again.
    await access.requireOpen(desk.platform.db, upload.organizationId)
    const done = await settle(desk, upload, { judged, sha256, actor, movedTo: bytes.movedTo() })
    await discardParts(desk, parts)
    crashPoint('before-204')
    return done
  } catch (error) {
    if (error instanceof Problem && isFinal(error)) await failUpload(desk, upload.id, error)
    throw error
  }
}

/** Whoever finishes what was left does it for the one who sent it, and for nobody who has left since. */
const senderOf = ({ createdBy: userId }: store.UploadRow, actor: Actor): Actor =>
  actor.kind === 'system' ? { kind: 'user', userId, sessionId: '', isAdministrator: false, ip: '' } : actor

/** Asking again would not help. */
const isFinal = ({ kind }: Problem): boolean =>
  kind.startsWith('type-') || kind === 'not-found' || kind === 'checksum-mismatch'

/**
 * Who said beforehand what the bytes would be is told when others have come: the file changed while it was sent, or
 * they were changed on the way.
 *
 * @throws checksum-mismatch
 */
function requireAsAnnounced(upload: store.UploadRow, sha256: Uint8Array): void {
  const announced = announcedHash(upload.metadata)
  const arrived = Buffer.from(sha256).toString('hex')
  if (announced === undefined || announced === arrived) return
  throw new Problem(
    'checksum-mismatch',
    'The file is not the one that was announced: it changed while it was being sent, or on the way. Send it again.',
    { announced, arrived },
  )
}

/**
 * The same for bytes that the store has already, so that none were sent.
 *
 * @param known  under which key they were a moment ago
 * @returns undefined when they are there no more; nothing was changed
 * @throws type-not-allowed, type-mismatch  the upload has ended as failed
 * @throws read-only
 */
export async function completeKnown(
  desk: Desk,
  uploadId: string,
  { actor, sha256, objectKey }: { actor: Actor; sha256: Uint8Array; objectKey: string },
): Promise<Finished | undefined> {
  const upload = await takeUp(desk, uploadId)
  try {
    const last = Math.min(HEAD_BYTES, upload.lengthBytes) - 1
    const head = Buffer.concat(await (await desk.platform.objects.get(objectKey, { first: 0, last })).toArray())
    const judged = await judgeHead(desk, upload, head)
    await access.requireOpen(desk.platform.db, upload.organizationId)
    const recorded = await record(desk, upload, { judged, sha256, actor, movedTo: undefined, objectKey: undefined })
    return recorded && { fileId: recorded.fileId }
  } catch (error) {
    if (error instanceof Problem && isFinal(error)) await failUpload(desk, uploadId, error)
    throw error
  } finally {
    desk.forget(uploadId)
    await desk.holds.letGo(uploadId)
  }
}

/** The row as it is once nobody else changes it. @throws HeldElsewhere, gone */
async function takeUp(desk: Desk, uploadId: string): Promise<store.UploadRow> {
  await desk.holds.take(uploadId, PATIENCE_MS)
  const row = await store.getUpload(desk.platform.db, uploadId)
  return row?.status === 'completed' ? row : requireOpen(row, uploadId)
}

type Facts = {
  judged: Judged
  sha256: Uint8Array
  actor: Actor
  /** Where the bytes are already, because they had to be read there. */
  movedTo: string | undefined
}

async function settle(desk: Desk, upload: store.UploadRow, facts: Facts): Promise<Finished> {
  const { platform } = desk
  const { organizationId } = upload
  let objectKey = facts.movedTo
  if (objectKey === undefined && !(await storage.hasBlob(platform.db, organizationId, facts.sha256)))
    objectKey = await adopt(desk, upload, facts.judged)
  let recorded = await record(desk, upload, { ...facts, objectKey })
  if (recorded === undefined) {
    // The sweep took away the blob that was there a moment ago.
    objectKey = await adopt(desk, upload, facts.judged)
    recorded = await record(desk, upload, { ...facts, objectKey })
  }
  crashPoint('after-commit')
  if (recorded === undefined) throw new Error('a blob could not be recorded although its bytes are there')
  desk.forget(upload.id)
  if (objectKey === undefined) await platform.objects.staging.remove(stagedAs(upload))
  // Another upload of the same bytes was quicker, and its object is the one that counts.
  else if (!recorded.isNew) await platform.objects.delete([objectKey])
  return { fileId: recorded.fileId }
}

/** The one transaction. undefined: the bytes were thought to be there and are not, so nothing was changed. */
async function record(desk: Desk, known: store.UploadRow, facts: Facts & { objectKey: string | undefined }) {
  const { platform } = desk
  const { judged, sha256, actor, objectKey } = facts
  const { organizationId, createdBy, filename, lengthBytes } = known
  return inTransaction(platform.db, async (tx) => {
    const folderId = await placeOf(tx, known)
    const row = await store.lockUpload(tx, known.id)
    if (row?.status === 'completed' && row.fileId !== null) return { fileId: row.fileId, isNew: true }
    const upload = requireOpen(row, known.id)
    if (upload.holder !== desk.holds.id) throw await lostHold(tx, upload)
    // One that came in one piece passes through `checking` here, where nobody could see it.
    if (upload.status !== 'checking') requireStep(upload.status, 'checking')
    const { mediaType, kind } = judged
    const blob = await storage.recordBlob(tx, {
      organizationId,
      sha256,
      sizeBytes: lengthBytes,
      mediaType,
      objectKey,
      isToBeScanned: platform.scanner !== undefined,
    })
    if (blob === undefined) return undefined
    const { fileId, versionId } = await files.addFile(tx, {
      organizationId,
      createdBy,
      name: filename,
      kind,
      blobId: blob.blobId,
      folderId,
      isFromLink: known.linkId !== null,
    })
    await platform.jobs.enqueue(tx, processVersion, { versionId }, { groupId: organizationId })
    await audit.record(tx, actor, 'file.added', {
      organizationId,
      resourceId: fileId,
      facts: { sizeBytes: lengthBytes, uploadId: known.id, ...factsOfSender(known) },
    })
    await store.endUpload(tx, known.id, { status: 'completed', fileId, sha256, mediaType, lengthBytes })
    await countEnd(tx, upload, 'completed')
    await announce(tx, upload, 'completed')
    if (upload.concatenation === 'final') await endParts(tx, upload.id, 'completed')
    // Last, because everybody who uploads to this organization waits for this row.
    const { isCharged } = blob
    await storage.settle(tx, organizationId, { uploadId: known.id, sizeBytes: lengthBytes, isCharged })
    crashPoint('before-commit')
    return { fileId, isNew: blob.isNew }
  })
}

/**
 * Where the file comes to lie: the folder it was sent to, if whoever sent it may still add to that; otherwise the top,
 * where it is theirs alone. Its bytes are not lost because a folder went away while they arrived.
 */
async function placeOf(tx: Tx, upload: store.UploadRow): Promise<string | undefined> {
  const { organizationId, createdBy, folderId } = upload
  if (folderId === null) return undefined
  if (upload.linkId !== null) {
    // What strangers send is nobody's outside that folder.
    await requireStillTaken(tx, upload)
    return folderId
  }
  const isOpen = await files.isOpenTo(tx, createdBy, { organizationId, folderId })
  return isOpen ? folderId : undefined
}

/**
 * Ends an upload that may not become a file: reservation and bytes are let go, and the reason is kept for whoever asks.
 */
export async function failUpload(desk: Desk, uploadId: string, reason: Problem): Promise<void> {
  const parts = await listParts(desk.platform.db, uploadId)
  await inTransaction(desk.platform.db, async (tx) =>
    endWithoutFile(tx, await lockOpen(tx, uploadId), { status: 'failed', reason }),
  )
  await discard(desk, uploadId)
  await discardParts(desk, parts)
}

/** What an upload without a file leaves behind in memory and in staging. */
export async function discard(desk: Desk, uploadId: string): Promise<void> {
  desk.forget(uploadId)
  await desk.platform.objects.staging.remove(uploadId)
}
