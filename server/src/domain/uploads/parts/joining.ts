import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction, type Db, type Tx } from '../../../platform/db/index.ts'
import type { Slab } from '../../../platform/hashing/index.ts'
import { ObjectMissing } from '../../../platform/objects/index.ts'
import { Problem } from '../../../platform/problem.ts'
import { isOwn } from '../by-link/operations.ts'
import type { Desk } from '../desk.ts'
import { HEAD_BYTES, judgeHead } from '../judge.ts'
import { isAllAt } from '../length.ts'
import { openSink } from '../sink.ts'
import { inSlabs, openStaged } from '../staged.ts'
import { lostHold } from '../steps.ts'
import type { UploadRow } from '../store.ts'
import { moveOffset, lockUpload } from '../store.ts'
import * as store from './store.ts'

/** What a crash may cost at most, of joining again. */
const FLUSH_EVERY_BYTES = 64 * 1024 * 1024

/**
 * The parts that are to be one file, in the order of the file: each of them the user's own, in one organization, whole,
 * and not a part of anything yet.
 *
 * @throws not-found, wrong-state, invalid-request
 */
export async function requireParts(
  db: Db,
  actor: UserActor,
  { organizationId, partIds }: { organizationId: string; partIds: readonly string[] },
): Promise<UploadRow[]> {
  const found = new Map((await store.listByIds(db, partIds)).map((row) => [row.id, row]))
  return partIds.map((id) => {
    const part = found.get(id)
    if (part === undefined || !isOwn(part, actor) || part.organizationId !== organizationId)
      throw new Problem('not-found', `No upload ${id}.`)
    if (part.concatenation !== 'partial') throw new Problem('invalid-request', `${id} is not a partial upload.`)
    requireWhole(part)
    return part
  })
}

/** @throws wrong-state */
function requireWhole(part: UploadRow): void {
  const isOpen = part.status === 'uploading' || part.status === 'paused'
  if (isOpen && part.partOf === null && isAllAt(part, part.offsetBytes)) return
  const why = part.partOf === null ? `is ${part.status} at ${part.offsetBytes}` : 'has become a part of another upload'
  throw new Problem('wrong-state', `The partial upload ${part.id} ${why}; only one that is whole can be joined, once.`)
}

/** The first step of creating the final upload: of several that want the same parts, one has them. @throws wrong-state, not-found */
export async function lockParts(tx: Tx, parts: readonly UploadRow[]): Promise<void> {
  // In one order, so that two that want the same ones do not wait for each other in a circle.
  for (const id of parts.map((part) => part.id).toSorted()) {
    const part = await lockUpload(tx, id)
    if (part === undefined) throw new Problem('not-found', `No upload ${id}.`)
    requireWhole(part)
  }
}

/** The last step of it: the parts are its own from now on, and in its session. */
export async function takeParts(
  tx: Tx,
  final: { id: string; sessionId: string },
  parts: readonly UploadRow[],
): Promise<void> {
  for (const [number, part] of parts.entries()) {
    await store.makePartOf(tx, part.id, { ...final, number })
    if (part.sessionId !== final.sessionId) await store.leaveSession(tx, part.sessionId, part.lengthBytes)
  }
}

/**
 * Puts the parts of a final upload behind each other, as far as that has not been done: where staged bytes can be read,
 * behind those of the first part, which stay where they are; otherwise from the objects that the parts have become.
 *
 * @throws type-not-allowed, type-mismatch  by the first 64 KiB of the whole, before anything is joined
 * @throws storage-full, HeldElsewhere
 */
export async function joinParts(desk: Desk, upload: UploadRow): Promise<void> {
  if (upload.offsetBytes === upload.lengthBytes) return
  const parts = await store.listParts(desk.platform.db, upload.id)
  if (desk.known(upload).judged === undefined) await judgeHead(desk, upload, await headOf(desk, parts))
  const staged = await openStaged(desk.platform, upload)
  const { readsBack } = desk.platform.objects.staging
  const { follow } = desk.known(upload)
  try {
    const start = upload.offsetBytes
    if (staged.sizeBytes > start) await staged.truncate(start)
    follow.extend(start)
    const hash = async (slab: Slab, position: number) => (readsBack ? undefined : follow.offer(slab, position))
    const sink = openSink(staged, start, hash, (written) => follow.extend(written))
    let flushedBytes = start
    const keep = async () => {
      const state = follow.state(sink.position())
      await sink.settled()
      await staged.flush()
      flushedBytes = sink.position()
      await moveTo(desk, upload, flushedBytes, await state)
    }
    let partStart = 0
    for (const part of parts) {
      const partEnd = partStart + part.lengthBytes
      if (sink.position() < partEnd) {
        for await (const slab of readPart(desk, part, sink.position() - partStart)) {
          await sink.accept(slab)
          if (sink.fault() !== undefined) break
          if (sink.position() - flushedBytes >= FLUSH_EVERY_BYTES) await keep()
        }
        await sink.settled()
      }
      partStart = partEnd
    }
    await keep()
    upload.offsetBytes = flushedBytes
  } finally {
    await staged.close()
  }
}

async function moveTo(
  desk: Desk,
  upload: UploadRow,
  offsetBytes: number,
  hashState: Uint8Array | undefined,
): Promise<void> {
  await inTransaction(desk.platform.db, async (tx) => {
    const { judged } = desk.known(upload)
    const expiryMs = desk.platform.settings.uploadExpiryMs
    const at = { offsetBytes, hashState, judged, holder: desk.holds.id, expiryMs }
    if ((await moveOffset(tx, upload.id, at)) === undefined) throw await lostHold(tx, upload)
  })
}

async function headOf(desk: Desk, parts: readonly UploadRow[]): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let missing = HEAD_BYTES
  for (const part of parts) {
    if (missing === 0) break
    for await (const slab of readPart(desk, part, 0, Math.min(missing, part.lengthBytes))) {
      pieces.push(Buffer.from(slab.bytes.subarray(0, slab.length)))
      missing -= slab.length
      slab.release()
    }
  }
  return Buffer.concat(pieces)
}

/** The bytes of a part, from an offset in it. Whoever takes a slab releases it. */
async function* readPart(desk: Desk, part: UploadRow, from: number, to = part.lengthBytes): AsyncGenerator<Slab, void> {
  const { objects } = desk.platform
  if (objects.staging.readsBack) return yield* readStagedPart(desk, part, from, to)
  const key = part.objectKey ?? ''
  await objects.staging.adopt(part.id, key)
  yield* inSlabs(desk.hashing, await objects.get(key, { first: from, last: to - 1 }))
}

async function* readStagedPart(desk: Desk, part: UploadRow, from: number, to: number): AsyncGenerator<Slab, void> {
  const staged = await openStaged(desk.platform, part)
  try {
    for (let at = from; at < to;) {
      const slab = await desk.hashing.slabs.take()
      slab.length = await staged.read(slab.bytes.subarray(0, Math.min(slab.bytes.length, to - at)), at)
      if (slab.length === 0) {
        slab.release()
        throw new ObjectMissing(`the staged bytes of ${part.id}`)
      }
      at += slab.length
      yield slab
    }
  } finally {
    await staged.close()
  }
}

/** What parts leave in the store when they have ended. */
export async function discardParts({ platform: { objects } }: Desk, parts: readonly UploadRow[]): Promise<void> {
  for (const { id, objectKey } of parts) {
    await objects.staging.remove(id)
    if (!objects.staging.readsBack && objectKey !== null) await objects.delete([objectKey])
  }
}
