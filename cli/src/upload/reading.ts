import { createHash, type Hash } from 'node:crypto'
import { open, stat, type FileHandle } from 'node:fs/promises'
import { Failure, toFailure } from '../failure.ts'
import { markOf, type Source } from './gather.ts'

const PIECE_BYTES = 512 * 1024

/** A file that is being read, with the hash of what has passed, each byte once however often it is sent. */
export type Reading = {
  /** All of it, for a small file. @throws Failure  changed */
  whole(): Promise<Buffer>
  /** Bytes of a part. The last piece of the file comes only when nothing has changed meanwhile. @throws Failure  changed, unreadable */
  part(fromBytes: number, toBytes: number): AsyncIterable<Uint8Array>
  /** SHA-256 of the whole file; what did not pass is read for it. */
  sha256(): Promise<string>
  close(): Promise<void>
}

/** @throws Failure  changed, unreadable */
export async function openReading(source: Source, signal: AbortSignal): Promise<Reading> {
  const file = await open(source.path, 'r').catch((error: unknown) => {
    throw toFailure(error)
  })
  const state: State = { file, source, hash: createHash('sha256'), hashedBytes: 0, signal }
  try {
    await requireSame(state)
  } catch (error) {
    await file.close()
    throw error
  }
  return {
    async whole() {
      const bytes = await readPiece(state, 0, source.sizeBytes)
      await requireSame(state)
      passed(state, bytes, 0)
      return bytes
    },
    part: (fromBytes, toBytes) => part(state, fromBytes, toBytes),
    async sha256() {
      await hashUpTo(state, source.sizeBytes)
      return state.hash.copy().digest('hex')
    },
    close: () => file.close(),
  }
}

type State = { file: FileHandle; source: Source; hash: Hash; hashedBytes: number; signal: AbortSignal }

async function* part(state: State, fromBytes: number, toBytes: number): AsyncGenerator<Uint8Array> {
  await hashUpTo(state, fromBytes)
  for (let at = fromBytes; at < toBytes;) {
    const bytes = await readPiece(state, at, Math.min(PIECE_BYTES, toBytes - at))
    if (at + bytes.length >= state.source.sizeBytes) await requireSame(state)
    passed(state, bytes, at)
    yield bytes
    at += bytes.length
  }
}

/** What an earlier run has sent is read again, so that the hash is that of the whole. */
async function hashUpTo(state: State, untilBytes: number): Promise<void> {
  while (state.hashedBytes < untilBytes) {
    if (state.signal.aborted) return
    const at = state.hashedBytes
    passed(state, await readPiece(state, at, Math.min(PIECE_BYTES, untilBytes - at)), at)
  }
}

function passed(state: State, bytes: Buffer, at: number): void {
  const known = state.hashedBytes - at
  if (known < 0 || known >= bytes.length) return
  state.hash.update(bytes.subarray(known))
  state.hashedBytes = at + bytes.length
}

async function readPiece({ file }: State, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, at + filled).catch((error: unknown) => {
      throw toFailure(error)
    })
    if (bytesRead === 0) throw changed()
    filled += bytesRead
  }
  return bytes
}

async function requireSame({ file, source }: State): Promise<void> {
  if (markOf(await file.stat({ bigint: true })) !== source.mark) throw changed()
}

const changed = () => new Failure('changed', 'It was changed while it was being sent.')

/** The file as it is now. @throws Failure  unreadable: it is gone */
export async function look(source: Source): Promise<Source> {
  const stats = await stat(source.path, { bigint: true }).catch((error: unknown) => {
    throw toFailure(error)
  })
  return { ...source, sizeBytes: Number(stats.size), mark: markOf(stats) }
}
