import { Problem } from '../problem.ts'
import type { StagingPlan } from './object-store.ts'
import { recycle } from './s3-chunks.ts'
import type { S3 } from './s3-client.ts'
import { contentOf, type Content } from './s3-content.ts'
import { newToken, writeManifest, type Manifest, type Piece } from './s3-manifest.ts'
import type { Holder, Memory } from './s3-memory.ts'
import { cover, fetchPieces, newPiece, removePieces, writePiece } from './s3-pieces.ts'
import { createTail, type Tail } from './s3-tail.ts'
import { beginMultipart, sendPart, type Multipart } from './s3-write.ts'

const MIB = 1024 * 1024
/** S3 takes so many parts at most. */
const MOST_PARTS = 10_000
export const PART_BYTES = 8 * MIB
/** Where the length is not known yet: enough for 156 GiB. */
const UNKNOWN_PART_BYTES = 16 * MIB
/** With the one that is being filled, an upload holds two parts: 16 MiB, up to a length of 70 GiB. */
const PARTS_ON_THE_WAY = 1

/** A size of parts with which the whole fits, and some to spare. */
export function partBytesFor(lengthBytes: number | undefined): number {
  if (lengthBytes === undefined) return UNKNOWN_PART_BYTES
  return Math.max(PART_BYTES, Math.ceil(lengthBytes / 9_000 / MIB) * MIB)
}

/** A part that is full. */
type Part = { etag: string | undefined; fault: unknown; done: Promise<void> }

/** An upload on its way in this process: what is in the store, and what is still in memory. */
export type Staged = {
  readonly s3: S3
  readonly memory: Memory
  readonly id: string
  readonly token: string
  readonly holder: Holder
  plan: StagingPlan
  partBytes: number
  /** What is durable, as the manifest in the store says it. */
  manifest: Manifest | undefined
  multipart: Promise<Multipart> | undefined
  parts: Part[]
  tail: Tail
  pieces: readonly Piece[]
  /** Names of pieces that the next manifest does not need. */
  garbage: string[]
  endBytes: number
  hasWritten: boolean
  /** Writes, one after the other. */
  order: Promise<unknown>
  /** The same of what makes them durable. */
  saving: Promise<unknown>
}

/** @param manifest  what another process, or this one before, has made durable */
export function createStaged(
  machines: { s3: S3; memory: Memory },
  about: { id: string; plan: StagingPlan; manifest: Manifest | undefined },
): Staged {
  const { id, plan, manifest } = about
  const partBytes = manifest?.partBytes ?? partBytesFor(plan.lengthBytes)
  const endBytes = manifest?.sizeBytes ?? 0
  const etags = manifest?.etags ?? []
  const staged: Staged = {
    ...machines,
    id,
    plan,
    manifest,
    partBytes,
    endBytes,
    token: manifest?.token ?? newToken(),
    holder: { spill: () => spill(staged) },
    multipart: manifest?.multipart && Promise.resolve(manifest.multipart),
    parts: etags.map((etag) => ({ etag, fault: undefined, done: Promise.resolve() })),
    tail: createTail(Math.min(etags.length * partBytes, endBytes), endBytes, machines.memory.give),
    pieces: manifest?.pieces ?? [],
    garbage: [],
    hasWritten: false,
    order: Promise.resolve(),
    saving: Promise.resolve(),
  }
  return staged
}

/** The length may have become known meanwhile; once there are bytes, the size of parts is settled. */
export function setPlan(staged: Staged, plan: StagingPlan): void {
  staged.plan = plan
  if (staged.manifest === undefined && staged.endBytes === 0) staged.partBytes = partBytesFor(plan.lengthBytes)
}

export function write(staged: Staged, bytes: Uint8Array, position: number): Promise<void> {
  const written = staged.order.then(() => append(staged, bytes, position))
  staged.order = written.catch(() => undefined)
  return written
}

/** Takes all of it or, when a part before has failed, nothing. */
async function append(staged: Staged, bytes: Uint8Array, position: number): Promise<void> {
  const { memory, holder } = staged
  if (position !== staged.endBytes) throw new RangeError(`staged bytes end at ${staged.endBytes}, not at ${position}`)
  if (staged.tail.start % staged.partBytes !== 0) throw new RangeError('the last part of the staged bytes has gone up')
  await roomOnTheWay(staged, bytes.length)
  requireSound(staged)
  await memory.take(bytes.length, holder)
  // Whoever writes here goes back no further: pieces of parts that are whole have done their service.
  if (!staged.hasWritten) dropPieces(staged, ({ to }) => to <= staged.tail.start)
  staged.hasWritten = true
  for (let at = 0; at < bytes.length;) {
    const take = Math.min(bytes.length - at, staged.tail.start + staged.partBytes - staged.endBytes)
    staged.tail.push(bytes.subarray(at, at + take))
    at += take
    staged.endBytes += take
    if (staged.endBytes === staged.tail.start + staged.partBytes) seal(staged)
  }
  memory.setSpillable(holder, staged.tail.sizeBytes() > 0)
}

async function roomOnTheWay(staged: Staged, bytes: number): Promise<void> {
  for (;;) {
    const onTheWay = staged.parts.filter(({ etag, fault }) => etag === undefined && fault === undefined)
    const wouldFill = staged.endBytes + bytes >= staged.tail.start + staged.partBytes
    if (onTheWay.length < PARTS_ON_THE_WAY || !wouldFill) return
    await onTheWay[0]?.done
  }
}

export const hasFailed = ({ parts }: Staged): boolean => parts.some(({ fault }) => fault !== undefined)

function requireSound({ parts }: Staged): void {
  const broken = parts.find(({ fault }) => fault !== undefined)
  if (broken !== undefined) throw broken.fault
}

function dropPieces(staged: Staged, isDropped: (piece: Piece) => boolean): void {
  staged.garbage.push(...staged.pieces.filter(isDropped).map(({ name }) => name))
  staged.pieces = staged.pieces.filter((piece) => !isDropped(piece))
}

/** The part that is full goes on its way, and the next begins. */
function seal(staged: Staged): void {
  const { s3, id, memory, parts, tail } = staged
  const number = parts.length + 1
  if (number > MOST_PARTS) throw new Problem('too-large', 'The object store takes no more parts of one upload.')
  const heldBytes = tail.sizeBytes()
  const before = cover(staged.pieces, tail.start, tail.from())
  staged.tail = createTail(staged.endBytes, staged.endBytes, memory.give)
  const part: Part = { etag: undefined, fault: undefined, done: Promise.resolve() }
  const send = async () => {
    const multipart = await begin(staged)
    const content = tail.content() ?? contentOf([...(await fetchPieces(s3, id, before)), ...tail.chunks()])
    part.etag = await sendPart(s3, multipart, number, content)
    // A flush may still be making a piece of the same bytes. What has failed is left to the collector.
    void staged.saving.then(() => recycle(tail.chunks()))
  }
  part.done = send()
    .catch((error: unknown) => (part.fault = error))
    .then(() => memory.give(heldBytes))
  parts.push(part)
}

function begin(staged: Staged): Promise<Multipart> {
  if (staged.multipart !== undefined) return staged.multipart
  // Asked only now: the first bytes have been judged and the key is what it will be.
  const key = staged.plan.key()
  const begun = beginMultipart(staged.s3, key, staged.token).then((uploadId) => ({ key, uploadId }))
  staged.multipart = begun
  begun.catch(() => (staged.multipart = undefined))
  return begun
}

/** Makes everything before `upTo` durable, one such call after the other. */
export function save(staged: Staged, upTo: number): Promise<void> {
  const saved = staged.saving.then(() => saveNow(staged, Math.min(upTo, staged.endBytes)))
  staged.saving = saved.catch(() => undefined)
  return saved
}

async function saveNow(staged: Staged, upTo: number): Promise<void> {
  const { s3, id, token, partBytes, parts } = staged
  if (isWhole(staged, upTo)) seal(staged)
  await Promise.all([makePiece(staged, upTo), ...parts.slice(0, Math.ceil(upTo / partBytes)).map(({ done }) => done)])
  requireSound(staged)
  const { pieces, garbage } = staged
  const firstOnTheWay = parts.findIndex(({ etag }) => etag === undefined)
  const etags = parts.slice(0, firstOnTheWay === -1 ? parts.length : firstOnTheWay).map(({ etag }) => etag ?? '')
  const sizeBytes = Math.max(Math.min(etags.length * partBytes, staged.endBytes), upTo)
  if (staged.manifest?.sizeBytes === sizeBytes && garbage.length === 0) return
  const manifest: Manifest = { token, partBytes, multipart: await staged.multipart, etags, pieces, sizeBytes }
  await writeManifest(s3, id, manifest)
  staged.manifest = manifest
  staged.garbage = []
  // What is left behind here goes with the upload itself.
  await removePieces(s3, id, garbage).catch(() => undefined)
}

/** The end of a large upload goes up as its last part, which may be small, and not once more as a piece. */
const isWhole = ({ plan, endBytes, parts, tail }: Staged, upTo: number): boolean =>
  upTo === endBytes && endBytes === plan.lengthBytes && parts.length > 0 && endBytes > tail.start

async function makePiece(staged: Staged, upTo: number): Promise<void> {
  const from = pieceEnd(staged)
  if (upTo <= from) return
  const piece = newPiece(from, upTo)
  await writePiece(staged.s3, staged.id, piece, staged.tail.slice(from, upTo))
  staged.pieces = [...staged.pieces, piece]
}

/** Up to where the part that is being filled is in pieces. */
function pieceEnd({ pieces, tail }: Staged): number {
  return Math.max(tail.start, pieces.at(-1)?.to ?? 0)
}

/** Somebody else needs the room: what is in memory becomes a piece. */
async function spill(staged: Staged): Promise<void> {
  await save(staged, staged.endBytes)
  staged.tail.dropBefore(pieceEnd(staged))
  staged.memory.setSpillable(staged.holder, staged.tail.sizeBytes() > 0)
}

/** @throws Error  when the bytes before that size can be had no more: see `StagedBytes.truncate` */
export async function truncate(staged: Staged, sizeBytes: number): Promise<void> {
  await staged.order
  if (sizeBytes === staged.endBytes) return
  if (sizeBytes > staged.endBytes) throw new RangeError(`staged bytes end at ${staged.endBytes}, before ${sizeBytes}`)
  await staged.saving
  const { parts, partBytes, memory, holder } = staged
  await Promise.all(parts.map(({ done }) => done))
  const kept = Math.floor(sizeBytes / partBytes)
  if (parts.slice(0, kept).some(({ fault }) => fault !== undefined)) requireSound(staged)
  if (kept === parts.length && sizeBytes >= staged.tail.from()) staged.tail.cutAt(sizeBytes)
  else {
    cover(staged.pieces, kept * partBytes, sizeBytes)
    memory.give(staged.tail.sizeBytes())
    staged.tail = createTail(kept * partBytes, sizeBytes, memory.give)
  }
  parts.length = kept
  staged.endBytes = sizeBytes
  dropPieces(staged, ({ from }) => from >= sizeBytes)
  staged.pieces = staged.pieces.map((piece) => ({ ...piece, to: Math.min(piece.to, sizeBytes) }))
  memory.setSpillable(holder, staged.tail.sizeBytes() > 0)
  // A part may soon be sent anew under its number: what is durable must not name the old one any more.
  if (staged.manifest !== undefined && staged.manifest.sizeBytes > sizeBytes) await save(staged, sizeBytes)
}

/** Only what lies behind the last part can be had again. */
export async function read(staged: Staged, bytes: Uint8Array, position: number): Promise<number> {
  const { s3, id, pieces, tail } = staged
  const to = Math.min(staged.endBytes, position + bytes.length)
  if (position >= to || position < tail.start) return 0
  const kept = position < tail.from() ? await fetchPieces(s3, id, cover(pieces, tail.start, tail.from())) : []
  // Meanwhile the part may have become full and gone.
  if (staged.tail !== tail) return 0
  const before = Buffer.concat(kept).subarray(position - tail.start, to - tail.start)
  let read = 0
  for (const chunk of [before, ...tail.slice(Math.max(position, tail.from()), to)]) {
    bytes.set(chunk, read)
    read += chunk.length
  }
  return read
}

/** Everything, ready to become an object: the parts that are there, and the bytes behind them. */
export async function whole(
  staged: Staged,
): Promise<{ multipart: Multipart | undefined; etags: string[]; rest: Content }> {
  await staged.order
  await staged.saving
  await Promise.all(staged.parts.map(({ done }) => done))
  requireSound(staged)
  const { s3, id, pieces, tail, parts } = staged
  const rest =
    tail.content() ??
    contentOf([...(await fetchPieces(s3, id, cover(pieces, tail.start, tail.from()))), ...tail.chunks()])
  return { multipart: await staged.multipart, etags: parts.map(({ etag }) => etag ?? ''), rest }
}

/** Its memory is free again; what was not durable is gone. */
export async function drop(staged: Staged): Promise<void> {
  await staged.order
  await staged.saving
  await Promise.all(staged.parts.map(({ done }) => done))
  staged.memory.setSpillable(staged.holder, false)
  staged.memory.give(staged.tail.sizeBytes())
  staged.tail = createTail(staged.tail.start, staged.endBytes, () => undefined)
}
