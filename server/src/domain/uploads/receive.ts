import type { IncomingMessage } from 'node:http'
import { MAX_CHUNK_BYTES } from '@trove/contract/uploads'
import { inTransaction, type Tx } from '../../platform/db/index.ts'
import { SLAB_BYTES, sha256, type Slab } from '../../platform/hashing/index.ts'
import { readBody, type Interruption } from '../../platform/http/body.ts'
import type { StagedBytes } from '../../platform/objects/object-store.ts'
import { Problem } from '../../platform/problem.ts'
import type { Desk } from './desk.ts'
import { HEAD_BYTES, judgeHead } from './judge.ts'
import { isAllAt, makeRoom } from './length.ts'
import { openStaged } from './staged.ts'
import { goBackTo } from './missing.ts'
import type { Checksum } from './protocol.ts'
import { openSink, type Sink } from './sink.ts'
import { tellProgress } from './sessions/telling.ts'
import { changeStatus, lockOpen, lostHold } from './steps.ts'
import * as counting from './sessions/counting/store.ts'
import * as store from './store.ts'
import type { Turn } from './turns.ts'

const SLABS_AHEAD = 4
const LINGER_MS = 100
const STALL_MS = 30_000
/** What a crash may cost at most, of bytes that nobody has been told are safe. */
const FLUSH_EVERY_BYTES = 16 * 1024 * 1024
/** The same for a slow line, where so many bytes are minutes. */
const FLUSH_EVERY_MS = 2_000
/** Smaller uploads are hashed where they are: the way to a thread and back would take longer. */
const HASH_HERE_BYTES = 64 * 1024

export type Received = {
  offsetBytes: number
  expiresAt: Date
  /** undefined: the client sent all it meant to. */
  interruption: Interruption | undefined
  /** False only for an upload that came in one piece: nothing may be told of it before it is finished. */
  isDurable: boolean
  /** Known already for an upload so small that it was hashed in passing. */
  sha256?: Uint8Array
}

type Reception = {
  desk: Desk
  upload: store.UploadRow
  staged: StagedBytes
  sink: Sink
  checksum: Checksum | undefined
  isOnePiece: boolean
  /** How much the request says it brings. */
  chunkBytes: number | undefined
  sha256?: Uint8Array
  /** Up to here the row knows that the bytes are durable. */
  flushedBytes: number
  flushedAtMs: number
  flushing: Promise<void> | undefined
  flushFault?: unknown
}

/**
 * Takes the bytes of one request, in the turn of the caller. Whatever ends it, what has arrived is flushed and the
 * row's offset moved before it returns or throws, so that the offset told is always true.
 *
 * An upload so small that it came in one piece is left to be flushed by the finish, which follows at once.
 *
 * @throws checksum-mismatch  nothing of the chunk was kept
 * @throws type-not-allowed, type-mismatch  by the first bytes; the caller ends the upload
 * @throws too-large     more came than the upload, or a chunk, may have
 * @throws storage-full  what fitted was kept
 * @throws wrong-offset  staged bytes are missing: the row now says what there is
 * @throws gone          the upload was ended meanwhile
 */
export async function receive(
  desk: Desk,
  upload: store.UploadRow,
  request: IncomingMessage,
  { turn, checksum }: { turn: Turn; checksum: Checksum | undefined },
): Promise<Received> {
  const { hashing } = desk
  const staged = await openStaged(desk.platform, upload)
  const chunkHash = checksum && hashing.open(checksum.algorithm)
  try {
    const start = upload.offsetBytes
    if (staged.sizeBytes < start) throw await goBackTo(desk, upload, staged.sizeBytes)
    if (staged.sizeBytes > start) await staged.truncate(start)
    if (!desk.known(upload, comesWhole(upload, request)).follow.fits(start)) desk.forget(upload.id)
    const { follow } = desk.known(upload, comesWhole(upload, request))
    follow.extend(start)
    const isOnePiece = comesInOnePiece(upload, request)
    if (!isOnePiece) await begin(desk, upload)
    const hash = async (slab: Slab, position: number) => {
      if (chunkHash === undefined) return hashBeside(reception, slab, position)
      // Bytes with a checksum are hashed after it has been found right, from where they were written, if that can be.
      await Promise.all([chunkHash.update(slab), readsBack(desk) ? undefined : follow.offer(slab, position)])
    }
    const sink = openSink(
      staged,
      start,
      hash,
      (written) => chunkHash === undefined && reception.sha256 === undefined && follow.extend(written),
    )
    const reception: Reception = {
      desk,
      upload,
      staged,
      sink,
      checksum,
      isOnePiece,
      chunkBytes: Number(request.headers['content-length']) || undefined,
      flushedBytes: start,
      flushedAtMs: Date.now(),
      flushing: undefined,
    }

    const body = readBody(request, {
      slabs: hashing.slabs,
      ahead: SLABS_AHEAD,
      lingerMs: LINGER_MS,
      stallMs: STALL_MS,
      signal: turn.signal,
    })
    const failure = await pump(reception, body.slabs())
    await reception.flushing
    const interruption = body.interruption()
    if (checksum) await keepChunkIfRight(reception, failure ?? interruption, await chunkHash?.digest())
    return await conclude(reception, interruption, failure)
  } finally {
    chunkHash?.close()
    await staged.close()
  }
}

/** Then nobody sees it on its way, and the steps in between are left out. */
function comesInOnePiece(upload: store.UploadRow, request: IncomingMessage): boolean {
  return upload.concatenation === null && upload.lengthBytes <= SLAB_BYTES && comesWhole(upload, request)
}

const comesWhole = (
  { offsetBytes, lengthBytes, isLengthDeferred }: store.UploadRow,
  request: IncomingMessage,
): boolean => offsetBytes === 0 && !isLengthDeferred && Number(request.headers['content-length']) === lengthBytes

const wholeBytes = ({ platform }: Desk): number => platform.objects.staging.wholeBytes

const readsBack = ({ platform }: Desk): boolean => platform.objects.staging.readsBack

async function begin(desk: Desk, upload: store.UploadRow): Promise<void> {
  if (upload.status === 'uploading') return
  await inTransaction(desk.platform.db, async (tx) => changeStatus(tx, await lockOpen(tx, upload.id), 'uploading'))
}

/** Everything that comes, to staging and hash. Resolves with what made it stop early. */
async function pump(reception: Reception, slabs: AsyncGenerator<Slab>): Promise<unknown> {
  const { sink, upload } = reception
  const start = sink.position()
  const judgeAt = judgedAt(upload)
  try {
    for await (const slab of slabs) {
      const at = sink.position()
      const end = at + slab.length
      if (upload.isLengthDeferred) await makeRoom(reception.desk, upload, end, false).catch(releasing(slab))
      if (end > upload.lengthBytes || end - start > MAX_CHUNK_BYTES) {
        slab.release()
        return tooMuch(upload, end)
      }
      const isDue = start < judgeAt && at < judgeAt && end >= judgeAt
      const head = isDue && at === 0 ? Buffer.from(slab.bytes.subarray(0, judgeAt)) : undefined
      if (head !== undefined) await judgeHead(reception.desk, upload, head).catch(releasing(slab))
      await sink.accept(slab)
      if (isDue && head === undefined) await judgeStaged(reception, judgeAt)
      const { chunkBytes } = reception
      tellProgress(reception.desk, upload, { startBytes: start, endBytes: end, movedBytes: end - at, chunkBytes })
      flushBehind(reception)
      if (sink.fault() !== undefined || reception.flushFault !== undefined) break
    }
    await sink.settled()
    return reception.flushFault
  } catch (error) {
    await sink.settled().catch(() => undefined)
    return error
  }
}

/** By how many bytes its type is known. A part is judged with the whole. */
function judgedAt({ lengthBytes, isLengthDeferred, concatenation }: store.UploadRow): number {
  if (concatenation === 'partial') return 0
  return isLengthDeferred ? HEAD_BYTES : Math.min(HEAD_BYTES, lengthBytes)
}

const releasing =
  (slab: Slab) =>
  (error: unknown): never => {
    slab.release()
    throw error
  }

async function judgeStaged({ desk, upload, staged, sink }: Reception, length: number): Promise<void> {
  await sink.settled()
  const head = Buffer.alloc(length)
  await staged.read(head, 0)
  await judgeHead(desk, upload, head)
}

async function hashBeside(reception: Reception, slab: Slab, position: number): Promise<void> {
  const { upload, desk } = reception
  if (reception.isOnePiece && position === 0 && slab.length === upload.lengthBytes && slab.length <= HASH_HERE_BYTES) {
    reception.sha256 = sha256(slab.bytes.subarray(0, slab.length))
    return
  }
  await desk.known(upload).follow.offer(slab, position)
}

/** From time to time, beside what goes on: the disk catches up and the row is told. */
function flushBehind(reception: Reception): void {
  const { sink, checksum, staged } = reception
  const upTo = sink.position()
  const isDue =
    upTo - reception.flushedBytes >= FLUSH_EVERY_BYTES || Date.now() - reception.flushedAtMs >= patienceOf(reception)
  if (checksum !== undefined || reception.flushing !== undefined || !isDue) return
  // Asked now: the next slab would take it further.
  const state = reception.desk.known(reception.upload).follow.state(upTo)
  const work = async () => {
    await sink.settled()
    await staged.flush(upTo)
    const hashState = await state
    await inTransaction(reception.desk.platform.db, (tx) => moveOffset(reception, tx, upTo, hashState))
  }
  reception.flushing = work()
    .catch((error: unknown) => void (reception.flushFault = error))
    .finally(() => (reception.flushing = undefined))
}

/** What will be written once, when it is whole, is written twice only where a crash would cost a person more. */
function patienceOf({ desk, upload, chunkBytes }: Reception): number {
  const isWrittenOnce = chunkBytes === upload.lengthBytes && chunkBytes > SLAB_BYTES && chunkBytes <= wholeBytes(desk)
  return isWrittenOnce ? 5 * FLUSH_EVERY_MS : FLUSH_EVERY_MS
}

async function keepChunkIfRight(
  { checksum, upload, staged, sink, desk }: Reception,
  failure: unknown,
  digest: Uint8Array | undefined,
): Promise<void> {
  const isRight = failure === undefined && digest !== undefined && checksum?.digest.equals(digest) === true
  if (isRight) return desk.known(upload).follow.extend(sink.position())
  if (!readsBack(desk)) desk.forget(upload.id)
  if (await isHeldHere(desk, upload)) await staged.truncate(upload.offsetBytes)
  if (failure instanceof Error) throw failure
  if (failure !== undefined) return
  throw new Problem(
    'checksum-mismatch',
    `The ${checksum?.algorithm} of the bytes that arrived is another; send them again.`,
  )
}

async function conclude(
  reception: Reception,
  interruption: Interruption | undefined,
  failure: unknown,
): Promise<Received> {
  const { upload, sink, checksum, desk, staged } = reception
  if (failure instanceof Problem && failure.kind.startsWith('type-')) throw failure
  if (failure !== undefined) {
    // The hash may have been handed bytes that are not kept: it is read back when the upload goes on.
    desk.forget(upload.id)
    if (!(await isHeldHere(desk, upload))) throw failure
    const isTooMuch = failure instanceof Problem && failure.kind === 'too-large'
    // Where the hash is kept with the offset, the client sends again what came since.
    const kept = isTooMuch || !readsBack(desk) ? reception.flushedBytes : sink.writtenBytes()
    await staged.truncate(kept)
    await keep(reception, kept, 'paused').catch((error: unknown) =>
      desk.platform.log.warn({ err: error }, 'an upload could not be flushed'),
    )
    throw failure
  }
  const end = checksum !== undefined && interruption !== undefined ? upload.offsetBytes : sink.position()
  const isWhole = isAllAt(upload, end) && upload.concatenation === null
  if (isWhole && upload.offsetBytes === 0 && end <= wholeBytes(desk)) {
    const known = reception.sha256 && { sha256: reception.sha256 }
    return { offsetBytes: end, expiresAt: upload.expiresAt, interruption, isDurable: false, ...known }
  }
  const between = interruption === undefined ? 'uploading' : 'paused'
  const expiresAt = await keep(reception, end, isWhole ? 'checking' : between)
  return { offsetBytes: end, expiresAt, interruption, isDurable: true }
}

/**
 * Asked before anything is cut off: what another process that holds it now has put there, or made a file of, stays. Where
 * that cannot be known nothing is cut either; whoever goes on does that first.
 */
async function isHeldHere({ platform, holds }: Desk, { id }: store.UploadRow): Promise<boolean> {
  const now = await store.getUpload(platform.db, id).catch(() => undefined)
  return now?.holder === holds.id
}

/** Flush, then tell the row. The other order would promise bytes that a loss of power takes away. */
async function keep(
  reception: Reception,
  offsetBytes: number,
  status: 'uploading' | 'paused' | 'checking',
): Promise<Date> {
  const { upload, staged, desk } = reception
  const state = desk.known(upload).follow.state(offsetBytes)
  await staged.flush()
  const hashState = await state
  return inTransaction(desk.platform.db, async (tx) => {
    const row = await lockOpen(tx, upload.id)
    if (row.status === 'pending' && status === 'paused') await changeStatus(tx, row, 'uploading')
    await changeStatus(tx, row, status)
    return moveOffset(reception, tx, offsetBytes, hashState)
  })
}

/** @throws gone, HeldElsewhere */
async function moveOffset(
  reception: Reception,
  tx: Tx,
  offsetBytes: number,
  hashState: Uint8Array | undefined,
): Promise<Date> {
  const { upload, desk } = reception
  const expiresAt = await store.moveOffset(tx, upload.id, {
    offsetBytes,
    hashState,
    judged: desk.known(upload).judged,
    holder: desk.holds.id,
    expiryMs: desk.platform.settings.uploadExpiryMs,
  })
  if (expiresAt === undefined) throw await lostHold(tx, upload)
  await counting.touchSession(tx, upload.sessionId)
  reception.flushedBytes = Math.max(reception.flushedBytes, offsetBytes)
  reception.flushedAtMs = Date.now()
  return expiresAt
}

function tooMuch(upload: store.UploadRow, end: number): Problem {
  const detail =
    end > upload.lengthBytes
      ? `The upload has ${upload.lengthBytes} bytes; more were sent.`
      : `A request may carry at most ${MAX_CHUNK_BYTES} bytes; send the rest in another.`
  return new Problem('too-large', detail, { maxChunkBytes: MAX_CHUNK_BYTES })
}
