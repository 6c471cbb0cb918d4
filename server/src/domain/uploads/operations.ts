import type { IncomingMessage } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { inTransaction } from '../../platform/db/index.ts'
import { isId } from '../../platform/ids.ts'
import { Problem } from '../../platform/problem.ts'
import * as access from '../access/index.ts'
import { isOwn, requireStillTaken, type Uploader } from './by-link/operations.ts'
import type { Desk } from './desk.ts'
import { completeUpload, discard, failUpload, type AtHand } from './finish.ts'
import type { Checksum } from './protocol.ts'
import { receive, type Received } from './receive.ts'
import { declareLength, isAllAt, makeRoom } from './length.ts'
import { hasEnded } from './rules.ts'
import { changeStatus, endWithoutFile, goneFor, lockOpen } from './steps.ts'
import { requireGoingOn } from './sessions/pausing.ts'
import * as store from './store.ts'
import { HeldElsewhere } from './holding/holds.ts'
import { Overtaken, PATIENCE_MS, within } from './turns.ts'

const LOOK_EVERY_MS = 50
/** Longer than this the client is told "checking", and the finish goes on behind. */
const FINISH_WITHIN_MS = 1_200
/** Between two chunks of one file there is a pause of this length at most, or else the upload is paused. */
const BETWEEN_CHUNKS_MS = 15_000

/** Where an upload stands, as tus tells it. */
export type Standing = {
  offsetBytes: number
  /** undefined: it has not been told yet. */
  lengthBytes: number | undefined
  /** Upload-Concat as it came. */
  concatenation: string | undefined
  metadata: string
  expiresAt: Date
  fileId: string | undefined
  /** Its bytes go to the store itself, and can go no other way. */
  isDirect: boolean
}

/**
 * The upload, for the user who began it and is still a member, or for the visit that did while its link takes files.
 *
 * @throws not-found
 */
export async function requireOwn(desk: Desk, actor: Uploader, uploadId: string): Promise<store.UploadRow> {
  const upload = isId(uploadId) ? await store.getUpload(desk.platform.db, uploadId) : undefined
  if (upload === undefined || !isOwn(upload, actor)) throw new Problem('not-found', `No upload ${uploadId}.`)
  const mayStill =
    actor.kind === 'link'
      ? requireStillTaken(desk.platform.db, upload)
      : access.requireMember(desk.platform.db, actor, upload.organizationId, 'guest')
  await mayStill.catch((error: unknown) => {
    throw error instanceof Problem && error.kind === 'not-found'
      ? new Problem('not-found', `No upload ${uploadId}.`)
      : error
  })
  return upload
}

/** Whether all of it is there, or can be put together here, and it is to be a file. */
const isToFinish = (upload: store.UploadRow): boolean =>
  upload.concatenation === 'final' || (upload.concatenation === null && isAllAt(upload, upload.offsetBytes))

/**
 * Joins the parts of a final upload that has just been created, for as long as a client should wait; then goes on behind.
 *
 * @throws type-not-allowed, type-mismatch, storage-full
 */
export async function finishFinal(desk: Desk, actor: Uploader, uploadId: string): Promise<Standing> {
  const upload = await requireOwn(desk, actor, uploadId)
  const fileId = await finishInTime(desk, upload, { actor })
  const standing = standingOf(upload)
  return fileId === undefined ? standing : { ...standing, offsetBytes: upload.lengthBytes, fileId }
}

/** @throws gone  it has ended without a file, or its time is over */
export function requireAlive(upload: store.UploadRow): void {
  const isOver = !hasEnded(upload.status) && upload.status !== 'checking' && upload.expiresAt.getTime() <= Date.now()
  if (upload.status === 'failed' || upload.status === 'cancelled' || isOver) throw goneFor(upload)
}

/**
 * Where an upload stands. Asking interrupts whoever is still writing to it, so that the offset told is final; and
 * finishes it when everything is there and its finisher is gone.
 *
 * @throws not-found, gone, unavailable
 */
export async function getStanding(desk: Desk, actor: Uploader, uploadId: string, arrivedAt: number): Promise<Standing> {
  const found = await requireOwn(desk, actor, uploadId)
  requireAlive(found)
  if (!hasEnded(found.status) && !desk.finishing.has(uploadId)) {
    const turn = await desk.turns.take(uploadId, PATIENCE_MS, arrivedAt).catch((error: unknown) => {
      // Whoever came later knows better where it stands.
      if (!(error instanceof Overtaken)) throw error
    })
    turn?.end()
    await desk.holds.letGo(uploadId)
    await desk.holds.interruptOthers(uploadId, PATIENCE_MS)
  }
  const upload = await requireOwn(desk, actor, uploadId)
  requireAlive(upload)
  const { offsetBytes, lengthBytes } = upload
  if (upload.status !== 'completed' && (isToFinish(upload) || desk.finishing.has(uploadId))) {
    const fileId = await finishInTime(desk, upload, { actor }).catch((error: unknown) => {
      if (error instanceof Problem && error.kind === 'wrong-offset') return 'bytes are missing' as const
      throw error
    })
    if (fileId === 'bytes are missing') return standingOf(await requireOwn(desk, actor, uploadId))
    return fileId === undefined ? standingOf(upload) : { ...standingOf(upload), offsetBytes: lengthBytes, fileId }
  }
  if (offsetBytes > 0 && upload.status !== 'completed') desk.known(upload).follow.extend(offsetBytes)
  return standingOf(upload)
}

/**
 * Takes bytes at an offset, and finishes the upload with the last of them.
 *
 * @throws not-found, gone, wrong-offset, too-large, checksum-mismatch, storage-full, unavailable
 * @throws type-not-allowed, type-mismatch  the upload has ended as failed
 * @throws Overtaken  a newer request has had its turn
 */
export async function append(
  desk: Desk,
  actor: Uploader,
  uploadId: string,
  bytes: Bytes,
): Promise<Standing & { interruption: Received['interruption'] }> {
  requireAlive(await requireOwn(desk, actor, uploadId))
  return appendOwn(desk, actor, uploadId, bytes)
}

type Bytes = {
  offsetBytes: number
  /** The length, told only now. */
  lengthBytes?: number | undefined
  request: IncomingMessage
  /** By `performance.now()`. */
  arrivedAt: number
  sizeBytes: number | undefined
  checksum: Checksum | undefined
}

/** The same for an upload that the caller has just created. */
export async function appendOwn(
  desk: Desk,
  actor: Uploader,
  uploadId: string,
  bytes: Bytes,
): Promise<Standing & { interruption: Received['interruption'] }> {
  if (desk.isStopping) throw new Problem('unavailable', 'The server is stopping; go on in a moment.')
  await waitForFinish(desk, uploadId, FINISH_WITHIN_MS)
  const turn = await desk.turns.take(uploadId, PATIENCE_MS, bytes.arrivedAt)
  try {
    clearTimeout(desk.pauses.get(uploadId))
    await desk.holds.take(uploadId, PATIENCE_MS)
    const upload = await store.getUpload(desk.platform.db, uploadId)
    if (upload === undefined) throw new Problem('not-found', `No upload ${uploadId}.`)
    requireAlive(upload)
    await requireOffset(desk, upload, bytes)
    if (!isAllAt(upload, upload.offsetBytes)) await requireGoingOn(desk.platform.db, upload.sessionId)
    // Its bytes are being moved: to write to them now would change what is being recorded.
    if (desk.finishing.has(uploadId) && !isAllAt(upload, upload.offsetBytes)) throw stillFinishing()
    if (upload.status === 'completed') return { ...standingOf(upload), interruption: undefined }
    const received: Received = isAllAt(upload, upload.offsetBytes)
      ? { offsetBytes: upload.offsetBytes, expiresAt: upload.expiresAt, interruption: undefined, isDurable: true }
      : await receiveOrFail(desk, upload, { ...bytes, turn })

    const { offsetBytes, expiresAt, interruption, sha256 } = received
    const standing = { ...standingOf(upload), offsetBytes, expiresAt, interruption }
    if (!isAllAt(upload, offsetBytes) || upload.concatenation === 'partial') {
      if (interruption === undefined) pauseSoon(desk, uploadId)
      return standing
    }
    const atHand = { actor, isHeld: true as const, ...(sha256 && { sha256 }) }
    // What is not durable may not be told of before the finish has made it so, however long that takes.
    const finish = received.isDurable
      ? finishInTime(desk, upload, atHand)
      : completeUpload(desk, upload, atHand).then(({ fileId }) => fileId)
    return { ...standing, fileId: await finish }
  } finally {
    turn.end()
    await desk.holds.letGo(uploadId)
  }
}

/**
 * Whether what comes may come now; the length is told with it, and room is set aside for it, where it was not before.
 *
 * @throws wrong-offset, too-large, invalid-request, quota-exceeded
 * @throws not-allowed  it is made of its parts
 */
async function requireOffset(
  desk: Desk,
  upload: store.UploadRow,
  bytes: { offsetBytes: number; sizeBytes: number | undefined; lengthBytes?: number | undefined },
): Promise<void> {
  const { offsetBytes } = upload
  if (upload.concatenation === 'final')
    throw new Problem('not-allowed', 'This upload is made of its parts; no bytes can be added to it.')
  if (upload.directHead !== null && upload.status !== 'completed')
    throw new Problem('wrong-state', 'The bytes of this upload go to the store itself.')
  if (bytes.offsetBytes !== offsetBytes) {
    throw new Problem('wrong-offset', `The upload stands at ${offsetBytes}, not at ${bytes.offsetBytes}.`, {
      offsetBytes,
    })
  }
  if (bytes.lengthBytes !== undefined) await declareLength(desk, upload, bytes.lengthBytes)
  if (upload.isLengthDeferred) return makeRoom(desk, upload, offsetBytes + (bytes.sizeBytes ?? 0), true)
  const { lengthBytes } = upload
  if (offsetBytes + (bytes.sizeBytes ?? 0) > lengthBytes) {
    throw new Problem('too-large', `The upload has ${lengthBytes} bytes; more were sent.`, { lengthBytes })
  }
}

async function receiveOrFail(
  desk: Desk,
  upload: store.UploadRow,
  bytes: Parameters<typeof receive>[3] & { request: IncomingMessage },
): Promise<Received> {
  try {
    return await receive(desk, upload, bytes.request, bytes)
  } catch (error) {
    if (error instanceof Problem && error.kind.startsWith('type-')) await failUpload(desk, upload.id, error)
    else pauseSoon(desk, upload.id)
    throw error
  }
}

/** The file, if it comes to be in the time that a client should wait; otherwise the finish goes on behind. */
export async function finishInTime(desk: Desk, upload: store.UploadRow, atHand: AtHand): Promise<string | undefined> {
  const finishing = completeUpload(desk, upload, atHand)
  finishing.catch((err: unknown) => {
    if (!(err instanceof Problem || err instanceof HeldElsewhere))
      desk.platform.log.error({ err, uploadId: upload.id }, 'an upload could not be finished')
  })
  try {
    return (await within(finishing, FINISH_WITHIN_MS)) ? (await finishing).fileId : undefined
  } catch (error) {
    if (!(error instanceof HeldElsewhere)) throw error
    return finishedElsewhere(desk, upload.id)
  }
}

/** The same when another process is finishing it. */
async function finishedElsewhere({ platform, holds }: Desk, uploadId: string): Promise<string | undefined> {
  for (const until = performance.now() + FINISH_WITHIN_MS; performance.now() < until; await delay(LOOK_EVERY_MS)) {
    const upload = await store.getUpload(platform.db, uploadId)
    if (upload?.fileId != null) return upload.fileId
    if (!(await holds.isFinishedElsewhere(uploadId))) return undefined
  }
}

async function waitForFinish(desk: Desk, uploadId: string, patienceMs: number): Promise<void> {
  const finishing = desk.finishing.get(uploadId)
  if (finishing !== undefined)
    await within(
      finishing.catch(() => undefined),
      patienceMs,
    )
}

const stillFinishing = () =>
  new Problem('unavailable', 'The upload is being finished; ask again in a moment.', { retryAfterSeconds: 1 })

/** When the client does not go on, people should see that. */
function pauseSoon(desk: Desk, uploadId: string): void {
  clearTimeout(desk.pauses.get(uploadId))
  const pause = async () => {
    desk.pauses.delete(uploadId)
    if (desk.turns.isTaken(uploadId) || desk.finishing.has(uploadId)) return
    await pauseUpload(desk, uploadId)
  }
  const timer = setTimeout(
    () => void pause().catch((err: unknown) => desk.platform.log.warn({ err }, 'an upload could not be paused')),
    BETWEEN_CHUNKS_MS,
  )
  desk.pauses.set(uploadId, timer.unref())
}

export async function pauseUpload(desk: Desk, uploadId: string): Promise<void> {
  await inTransaction(desk.platform.db, async (tx) => {
    const upload = await store.lockUpload(tx, uploadId)
    if (upload?.status === 'uploading') await changeStatus(tx, upload, 'paused')
  })
}

/**
 * Ends an upload and drops what arrived.
 *
 * @throws not-found, gone
 * @throws wrong-state  it is being finished, or is a file already
 */
export async function cancelUpload(desk: Desk, actor: Uploader, uploadId: string): Promise<void> {
  const found = await requireOwn(desk, actor, uploadId)
  if (found.status === 'failed' || found.status === 'cancelled') throw goneFor(found)
  await cancelOpen(desk, uploadId)
}

/** The same for whoever has been found to be allowed to. @throws not-found, gone, wrong-state, unavailable */
export async function cancelOpen(desk: Desk, uploadId: string): Promise<void> {
  await waitForFinish(desk, uploadId, PATIENCE_MS)
  const turn = await desk.turns.take(uploadId, PATIENCE_MS)
  try {
    if (desk.finishing.has(uploadId)) throw stillFinishing()
    await desk.holds.take(uploadId, PATIENCE_MS).catch((error: unknown) => {
      throw error instanceof HeldElsewhere ? stillFinishing() : error
    })
    await dropUpload(desk, uploadId)
  } finally {
    turn.end()
    await desk.holds.letGo(uploadId)
  }
}

/** @throws not-found, gone, wrong-state */
export async function dropUpload(desk: Desk, uploadId: string): Promise<void> {
  await inTransaction(desk.platform.db, async (tx) => {
    const upload = await store.lockUpload(tx, uploadId)
    const open = upload?.status === 'completed' ? upload : await lockOpen(tx, uploadId)
    if (open.partOf !== null) throw new Problem('wrong-state', 'It is a part of another upload, and ends with that.')
    await endWithoutFile(tx, open, { status: 'cancelled' })
  })
  await discard(desk, uploadId)
}

const standingOf = (upload: store.UploadRow): Standing => ({
  offsetBytes: upload.offsetBytes,
  lengthBytes: upload.isLengthDeferred ? undefined : upload.lengthBytes,
  concatenation: upload.partsNamed ?? upload.concatenation ?? undefined,
  metadata: upload.metadata,
  isDirect: upload.directHead !== null,
  expiresAt: upload.expiresAt,
  fileId: upload.fileId ?? undefined,
})
