import { createHash, type Hash } from 'node:crypto'
import { Problem } from '../problem.ts'
import { type StagingPlan } from './object-store.ts'
import type { S3 } from './s3-client.ts'
import { contentOf, type Content } from './s3-content.ts'
import {
  newPiece,
  newToken,
  readPiece,
  removePieces,
  writeManifest,
  writePiece,
  type Manifest,
  type Piece,
} from './s3-manifest.ts'
import type { Holder, Memory } from './s3-memory.ts'
import { beginMultipart, sendPart } from './s3-write.ts'

const MIB = 1024 * 1024
/** S3 takes so many parts at most. */
const MOST_PARTS = 10_000
export const PART_BYTES = 8 * MIB
/** Where the length is not known yet: enough for 156 GiB. */
const UNKNOWN_PART_BYTES = 16 * MIB
/** With the one that is being filled, an upload holds two parts: 16 MiB up to a length of 70 GiB. */
const PARTS_ON_THE_WAY = 1

/** A size of parts with which the whole fits, and some to spare. */
export function partBytesFor(lengthBytes: number | undefined): number {
  if (lengthBytes === undefined) return UNKNOWN_PART_BYTES
  return Math.max(PART_BYTES, Math.ceil(lengthBytes / 9_000 / MIB) * MIB)
}

type Part = {
  /** Undefined once it is in the store. */
  content: Content | undefined
  etag: string | undefined
  fault: unknown
  done: Promise<void>
}

/** An upload on its way in this process: what is in the store, and what is still in memory. */
export type Staged = ReturnType<typeof createStaged>

/**
 * @param found  what another process, or this one before, has made durable
 */
export function createStaged(
  parts: { s3: S3; memory: Memory },
  id: string,
  plan: StagingPlan,
  found: Manifest | undefined,
) {
  const { s3, memory } = parts
  let manifest = found
  const token = found?.token ?? newToken()
  let partBytes = found?.partBytes ?? partBytesFor(plan.lengthBytes)
  let multipart: Promise<{ key: string; uploadId: string }> | undefined =
    found?.multipart && Promise.resolve(found.multipart)
  const sealed: Part[] = (found?.etags ?? []).map((etag) => ({
    content: undefined,
    etag,
    fault: undefined,
    done: Promise.resolve(),
  }))
  let pieces: readonly Piece[] = found?.pieces ?? []
  let end = found?.sizeBytes ?? 0
  /** What is in memory of the part that is being filled: from here to the end. */
  let tailFrom = end
  let tail: Uint8Array[] = []
  /** Of the whole part, as long as all of it is in memory. */
  let tailHash: Hash | undefined = end === sealed.length * partBytes ? createHash('md5') : undefined
  let garbage: string[] = []
  let hasWritten = false
  let order: Promise<unknown> = Promise.resolve()
  let saving: Promise<unknown> = Promise.resolve()

  const base = () => sealed.length * partBytes
  const tailBytes = () => end - tailFrom

  const holder: Holder = {
    async spill() {
      await save(end)
      const upTo = pieceEnd()
      dropBefore(upTo)
      memory.setSpillable(holder, tailBytes() > 0)
    },
  }

  /** Up to where the part that is being filled is in pieces. */
  function pieceEnd(): number {
    const last = pieces.at(-1)
    return last === undefined ? base() : Math.max(base(), last.to)
  }

  function dropBefore(position: number): void {
    let freed = 0
    while (tail[0] !== undefined && tailFrom + tail[0].length <= position) {
      freed += tail[0].length
      tailFrom += tail.shift()?.length ?? 0
    }
    if (freed > 0) tailHash = undefined
    memory.give(freed)
  }

  function begin(): Promise<{ key: string; uploadId: string }> {
    if (multipart !== undefined) return multipart
    // Asked only now: the first bytes have been judged and the key is what it will be.
    const key = plan.key()
    const begun = beginMultipart(s3, key, token).then((uploadId) => ({ key, uploadId }))
    multipart = begun
    begun.catch(() => (multipart = undefined))
    return begun
  }

  function seal(): void {
    const number = sealed.length + 1
    if (number > MOST_PARTS) throw new Problem('too-large', 'The object store takes no more parts of one upload.')
    const start = base()
    const missing = cover(pieces, start, tailFrom)
    const chunks = tail
    const bytesHeld = tailBytes()
    const md5 = tailHash?.digest('base64')
    const part: Part = { content: undefined, etag: undefined, fault: undefined, done: Promise.resolve() }
    tail = []
    tailFrom = end
    tailHash = createHash('md5')
    memory.setSpillable(holder, false)
    const send = async () => {
      const multipartUpload = await begin()
      const content =
        md5 === undefined
          ? contentOf([...(await fetchPieces(missing)), ...chunks])
          : { chunks, sizeBytes: bytesHeld, md5 }
      part.etag = await sendPart(s3, multipartUpload, number, content)
    }
    part.done = send()
      .catch((error: unknown) => (part.fault = error))
      .finally(() => memory.give(bytesHeld))
      .then(() => undefined)
    sealed.push(part)
  }

  const fetchPieces = (wanted: readonly Piece[]): Promise<Buffer[]> =>
    Promise.all(wanted.map((piece) => readPiece(s3, id, piece)))

  async function append(bytes: Uint8Array, position: number): Promise<void> {
    if (position !== end) throw new RangeError(`staged bytes end at ${end}, not at ${position}`)
    for (let onTheWay = waiting(); onTheWay.length >= PARTS_ON_THE_WAY && wouldSeal(bytes); onTheWay = waiting())
      await onTheWay[0]?.done
    requireSound()
    await memory.take(bytes.length, holder)
    if (!hasWritten) forgetOldPieces()
    hasWritten = true
    for (let at = 0; at < bytes.length;) {
      const take = Math.min(bytes.length - at, base() + partBytes - end)
      const chunk = Buffer.from(bytes.subarray(at, at + take))
      tail.push(chunk)
      tailHash?.update(chunk)
      at += take
      end += take
      if (end === base() + partBytes) seal()
    }
    memory.setSpillable(holder, tailBytes() > 0)
  }

  const wouldSeal = (bytes: Uint8Array): boolean => end + bytes.length >= base() + partBytes
  const waiting = (): Part[] => sealed.filter(({ etag, fault }) => etag === undefined && fault === undefined)

  function requireSound(): void {
    const broken = sealed.find(({ fault }) => fault !== undefined)
    if (broken !== undefined) throw broken.fault
  }

  /** Whoever writes at the end goes back no further: pieces of parts that are whole have done their service. */
  function forgetOldPieces(): void {
    garbage.push(...pieces.filter(({ to }) => to <= base()).map(({ name }) => name))
    pieces = pieces.filter(({ to }) => to > base())
  }

  /** Makes everything before `upTo` durable, one such call after the other. */
  function save(upTo: number): Promise<void> {
    const saved = saving.then(() => saveNow(Math.min(upTo, end)))
    saving = saved.catch(() => undefined)
    return saved
  }

  async function saveNow(upTo: number): Promise<void> {
    for (let at = 0; at < sealed.length && at * partBytes < upTo; at++) await sealed[at]?.done
    requireSound()
    const from = pieceEnd()
    if (upTo > from) {
      const piece = newPiece(from, upTo)
      await writePiece(s3, id, piece, slice(from, upTo))
      pieces = [...pieces, piece]
    }
    const etags: string[] = []
    for (const { etag } of sealed) {
      if (etag === undefined) break
      etags.push(etag)
    }
    const sizeBytes = Math.max(etags.length * partBytes, upTo)
    if (manifest?.sizeBytes === sizeBytes && garbage.length === 0) return
    const next: Manifest = { token, partBytes, multipart: await multipart, etags, pieces, sizeBytes }
    await writeManifest(s3, id, next)
    manifest = next
    await sweepGarbage()
  }

  async function sweepGarbage(): Promise<void> {
    const names = garbage
    garbage = []
    // What is left behind goes with the upload itself.
    if (names.length > 0) await removePieces(s3, id, names).catch(() => undefined)
  }

  /** Bytes of the part that is being filled, from memory. */
  function slice(from: number, to: number): Uint8Array[] {
    const found: Uint8Array[] = []
    let at = tailFrom
    for (const chunk of tail) {
      const [first, last] = [Math.max(from - at, 0), Math.min(to - at, chunk.length)]
      if (first < last) found.push(chunk.subarray(first, last))
      at += chunk.length
    }
    return found
  }

  async function truncate(sizeBytes: number): Promise<void> {
    await order
    if (sizeBytes === end) return
    if (sizeBytes > end) throw new RangeError(`staged bytes end at ${end}, before ${sizeBytes}`)
    await saving
    await Promise.all(sealed.map(({ done }) => done))
    const kept = Math.floor(sizeBytes / partBytes)
    if (sealed.slice(0, kept).some(({ etag }) => etag === undefined)) requireSound()
    if (kept === sealed.length && sizeBytes >= tailFrom) cutTail(sizeBytes)
    else {
      cover(pieces, kept * partBytes, sizeBytes)
      memory.give(tailBytes())
      tail = []
      tailFrom = sizeBytes
      tailHash = undefined
    }
    sealed.length = kept
    end = sizeBytes
    if (end === base()) tailHash = createHash('md5')
    garbage.push(...pieces.filter(({ from }) => from >= sizeBytes).map(({ name }) => name))
    pieces = pieces
      .filter(({ from }) => from < sizeBytes)
      .map((piece) => ({ ...piece, to: Math.min(piece.to, sizeBytes) }))
    memory.setSpillable(holder, tailBytes() > 0)
    // A part may soon be sent anew under its number: what is durable must not name the old one any more.
    if (manifest !== undefined && manifest.sizeBytes > sizeBytes) await save(end)
  }

  function cutTail(sizeBytes: number): void {
    const kept = slice(tailFrom, sizeBytes)
    memory.give(end - sizeBytes)
    tail = kept
    tailHash = tailFrom === base() ? createHash('md5') : undefined
    for (const chunk of kept) tailHash?.update(chunk)
  }

  return {
    id,
    token,
    /** What is durable, as the manifest in the store says it. */
    manifest: () => manifest,
    sizeBytes: () => end,
    tailBytes,
    setPlan(next: StagingPlan) {
      plan = next
      // The length may have become known; with a part in the store its size is settled.
      if (manifest === undefined && sealed.length === 0 && end === 0) partBytes = partBytesFor(next.lengthBytes)
    },

    write(bytes: Uint8Array, position: number): Promise<void> {
      const written = order.then(() => append(bytes, position))
      order = written.catch(() => undefined)
      return written
    },

    async read(bytes: Uint8Array, position: number): Promise<number> {
      const to = Math.min(end, position + bytes.length)
      let read = 0
      const put = (chunk: Uint8Array) => {
        bytes.set(chunk, read)
        read += chunk.length
      }
      if (position >= to || position < base()) return 0
      if (position < tailFrom) {
        const wanted = cover(pieces, base(), tailFrom)
        const kept = Buffer.concat(await fetchPieces(wanted))
        put(kept.subarray(position - base(), Math.min(to, tailFrom) - base()))
      }
      for (const chunk of slice(Math.max(position, tailFrom), to)) put(chunk)
      return read
    },

    flush: async (upTo?: number) => save(upTo ?? end),
    truncate,

    /** Everything, ready to become an object: parts that are there, and the bytes behind them. */
    async whole(): Promise<{ multipart: Manifest['multipart']; etags: string[]; rest: Content }> {
      await order
      await saving
      for (const { done } of sealed) await done
      requireSound()
      const rest =
        tailHash === undefined
          ? contentOf([...(await fetchPieces(cover(pieces, base(), tailFrom))), ...tail])
          : { chunks: tail, sizeBytes: tailBytes(), md5: tailHash.copy().digest('base64') }
      return { multipart: await multipart, etags: sealed.map(({ etag }) => etag ?? ''), rest }
    },

    /** Names of all small objects that it has made and may still have. */
    notes: () => [...pieces.map(({ name }) => name), ...garbage],
    /** The upload in parts, begun here or found. */
    begun: () => multipart,
    hasFailed: () => sealed.some(({ fault }) => fault !== undefined),

    /** Its memory is free again; what was not durable is gone. */
    async drop(): Promise<void> {
      await order
      await saving
      await Promise.all(sealed.map(({ done }) => done))
      memory.give(tailBytes())
      memory.setSpillable(holder, false)
      tail = []
      tailFrom = end
      tailHash = undefined
    },
  }
}

/**
 * The pieces that hold bytes from one position to another, cut to them.
 *
 * @throws Error  when there is a gap: bytes that are in a part cannot be taken out of it
 */
function cover(pieces: readonly Piece[], from: number, to: number): Piece[] {
  const found: Piece[] = []
  let at = from
  for (const piece of pieces) {
    if (at >= to) break
    if (piece.from > at || piece.to <= at) continue
    if (piece.from < at) throw new Error('a piece of staged bytes begins before its part')
    found.push({ ...piece, to: Math.min(piece.to, to) })
    at = piece.to
  }
  if (at < to) throw new Error(`staged bytes cannot be cut at ${to}: they are not there from ${at} on`)
  return found
}
