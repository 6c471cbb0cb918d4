import { DIRECT_HEAD_BYTES, type DirectPart, type DirectUpload } from '@trove/contract/direct-uploads'
import type { UploadState } from '@trove/contract/uploads'
import type { Actor } from '../../../platform/actor.ts'
import { inTransaction } from '../../../platform/db/index.ts'
import { sha256 } from '../../../platform/hashing/index.ts'
import { isFramedKey, ObjectMissing, type Direct } from '../../../platform/objects/index.ts'
import { Problem } from '../../../platform/problem.ts'
import type { Desk } from '../desk.ts'
import { failUpload } from '../finish.ts'
import { judgeHead } from '../judge.ts'
import { finishInTime, requireAlive, requireOwn } from '../operations.ts'
import { requireGoingOn } from '../sessions/pausing.ts'
import { tellProgress } from '../sessions/telling.ts'
import { changeStatus, lockOpen, lostHold } from '../steps.ts'
import * as counting from '../sessions/counting/store.ts'
import * as store from '../store.ts'
import { PATIENCE_MS } from '../turns.ts'

/** How long an address is good for: a part of 8 MiB at 100 kbit/s. Whoever is slower asks again. */
const ADDRESS_SECONDS = 15 * 60

/** Whether the bytes of an upload could go past this program. */
export function isOffered({ platform }: Desk, upload: Pick<store.UploadRow, 'objectKey' | 'linkId'>): boolean {
  const { settings, objects } = platform
  const isPlain = upload.objectKey !== null && !isFramedKey(upload.objectKey)
  return settings.takesDirect && objects.direct !== undefined && isPlain && upload.linkId === null
}

/**
 * Begins, or goes on with, an upload whose bytes the client brings to the store itself. Its type is judged by the first
 * bytes, which are shown here; that they are the first ones of what comes is looked at before there is a file.
 *
 * @throws not-found, gone, invalid-request
 * @throws wrong-state  it is not offered, or bytes have come by the other way
 * @throws type-not-allowed, type-mismatch  the upload has ended as failed
 */
export async function beginDirectUpload(
  desk: Desk,
  actor: Actor,
  { uploadId, head }: { uploadId: string; head: string },
): Promise<DirectUpload> {
  const { direct } = await requireDirect(desk, actor, uploadId)
  return inHold(desk, uploadId, async () => {
    const { upload } = await requireDirect(desk, actor, uploadId)
    if (upload.offsetBytes === upload.lengthBytes) throw new Problem('wrong-state', 'All bytes of it have come.')
    await requireGoingOn(desk.platform.db, upload.sessionId)
    const bytes = Buffer.from(head, 'base64')
    if (bytes.length !== Math.min(DIRECT_HEAD_BYTES, upload.lengthBytes))
      throw new Problem('invalid-request', `head: must be the first ${DIRECT_HEAD_BYTES} bytes, or all there are.`)
    if (upload.directHead === null) await show(desk, upload, bytes)
    else if (!upload.directHead.equals(sha256(bytes)))
      throw new Problem('invalid-request', 'head: other bytes were shown when it was begun.')
    const { partBytes, partCount, received } = await direct.begin(upload.id, planOf(upload))
    return { partBytes, partCount, received: [...received] }
  })
}

/** The first bytes, judged and written down before anything can come. */
async function show(desk: Desk, upload: store.UploadRow, head: Uint8Array): Promise<void> {
  const isUntouched = upload.offsetBytes === 0 && upload.concatenation === null && !upload.isLengthDeferred
  if (!isUntouched || (await desk.platform.objects.staging.sizeBytes(upload.id)) !== undefined)
    throw new Problem('wrong-state', 'Bytes of this upload have come another way; go on with that.')
  const judged = await judgeHead(desk, upload, head).catch(async (error: unknown) => {
    if (error instanceof Problem && error.kind.startsWith('type-')) await failUpload(desk, upload.id, error)
    throw error
  })
  await inTransaction(desk.platform.db, async (tx) => {
    const row = await lockOpen(tx, upload.id)
    if (row.holder !== desk.holds.id) throw await lostHold(tx, row)
    await store.setDirect(tx, upload.id, { head: sha256(head), judged })
    await changeStatus(tx, row, 'uploading')
  })
  // What was noted of it while it was an upload of the other kind.
  desk.forget(upload.id)
}

/**
 * Where parts go. Rights are asked again with every call, so nobody keeps an address for longer than it is good for.
 *
 * @throws not-found, gone, wrong-state, invalid-request
 */
export async function signDirectParts(
  desk: Desk,
  actor: Actor,
  { uploadId, numbers }: { uploadId: string; numbers: readonly number[] },
): Promise<{ parts: DirectPart[]; expiresAt: string }> {
  const { upload, direct } = await requireDirect(desk, actor, uploadId)
  requireBegun(upload)
  await requireGoingOn(desk.platform.db, upload.sessionId)
  const expiresAt = new Date(Date.now() + ADDRESS_SECONDS * 1000).toISOString()
  try {
    const parts = await Promise.all(
      numbers.map(async (number) => {
        const { url, headers, sizeBytes } = await direct.signPart(upload.id, number, ADDRESS_SECONDS)
        return { number, url, sizeBytes, headers: { ...headers } }
      }),
    )
    return { parts, expiresAt }
  } catch (error) {
    if (error instanceof RangeError) throw new Problem('invalid-request', 'There are not so many parts.')
    if (error instanceof ObjectMissing) throw notBegun()
    throw error
  }
}

/**
 * Moves the offset to what the store really has, whatever the client believes; with the last part the upload is
 * finished, for as long as a client should wait, and then behind.
 *
 * @throws not-found, gone
 * @throws wrong-state  also while somebody has paused the session: an address that was given away before stays good
 */
export async function commitDirectParts(desk: Desk, actor: Actor, uploadId: string) {
  await requireDirect(desk, actor, uploadId)
  return inHold(desk, uploadId, async () => {
    const { upload, direct, uploader } = await requireDirect(desk, actor, uploadId)
    requireBegun(upload)
    const isAll = upload.offsetBytes === upload.lengthBytes
    if (!isAll) await requireGoingOn(desk.platform.db, upload.sessionId)
    const { received, sizeBytes } = isAll
      ? { received: [], sizeBytes: upload.offsetBytes }
      : await collect(direct, upload)
    if (!isAll) await moveTo(desk, upload, sizeBytes)
    const told = { bytesUploaded: sizeBytes, received: [...received] }
    if (sizeBytes < upload.lengthBytes) return { ...told, status: 'uploading' as UploadState }
    const fileId = await finishInTime(desk, upload, { actor: uploader, isHeld: true })
    return {
      ...told,
      status: (fileId === undefined ? 'checking' : 'completed') as UploadState,
      ...(fileId && { fileId }),
    }
  })
}

async function collect(direct: Direct, upload: store.UploadRow) {
  return direct.collect(upload.id).catch((error: unknown) => {
    throw error instanceof ObjectMissing ? notBegun() : error
  })
}

async function moveTo(desk: Desk, upload: store.UploadRow, offsetBytes: number): Promise<void> {
  const { db, settings } = desk.platform
  await inTransaction(db, async (tx) => {
    const row = await lockOpen(tx, upload.id)
    if (row.status === 'paused') await changeStatus(tx, row, 'uploading')
    if (offsetBytes === row.lengthBytes) await changeStatus(tx, row, 'checking')
    const at = { offsetBytes, holder: desk.holds.id, expiryMs: settings.uploadExpiryMs }
    if ((await store.moveOffset(tx, upload.id, at)) === undefined) throw await lostHold(tx, row)
    await counting.touchSession(tx, upload.sessionId)
  })
  const startBytes = upload.offsetBytes
  upload.offsetBytes = offsetBytes
  const movedBytes = Math.max(0, offsetBytes - startBytes)
  tellProgress(desk, upload, { startBytes, endBytes: offsetBytes, movedBytes, chunkBytes: undefined })
}

/** The upload, of the user who began it. @throws not-found, gone, not-allowed, wrong-state */
async function requireDirect(desk: Desk, actor: Actor, uploadId: string) {
  if (actor.kind !== 'user' && actor.kind !== 'link') throw new Problem('not-signed-in', 'This needs a signed-in user.')
  const upload = await requireOwn(desk, actor, uploadId)
  requireAlive(upload)
  const { direct } = desk.platform.objects
  if (actor.kind === 'link') throw new Problem('not-allowed', 'By a link bytes come through the program.')
  const mayGoOn = upload.directHead !== null || isOffered(desk, upload)
  if (direct === undefined || !mayGoOn)
    throw new Problem('wrong-state', 'Send the bytes by PATCH; nothing else is offered here.')
  return { upload, direct, uploader: actor }
}

function requireBegun(upload: store.UploadRow): void {
  if (upload.directHead === null) throw notBegun()
}

const notBegun = () => new Problem('wrong-state', 'It has not been begun in this way: show its first bytes first.')

/** One at a time, in this process and among all. */
async function inHold<T>(desk: Desk, uploadId: string, work: () => Promise<T>): Promise<T> {
  const turn = await desk.turns.take(uploadId, PATIENCE_MS)
  try {
    await desk.holds.take(uploadId, PATIENCE_MS)
    return await work()
  } finally {
    turn.end()
    await desk.holds.letGo(uploadId)
  }
}

const planOf = (upload: store.UploadRow): Parameters<Direct['begin']>[1] => ({
  organizationId: upload.organizationId,
  lengthBytes: upload.lengthBytes,
  key: () => upload.objectKey ?? '',
})
