import { SEAL_BYTES, type Sealer } from './framed-cipher.ts'
import { FRAME_BYTES, RECORD_BYTES, RUN_BYTES, writeRecord, type RunKind } from './framed-format.ts'
import { framesOf, packFrames, type PackedFrame, type Packing } from './framed-packing.ts'
import type { Run } from './framed-table.ts'

/** Runs as they go to the store, one behind the other. `release` gives the memory back once they have been written. */
export type Encoded = {
  bytes: Uint8Array
  runs: Pick<Run, 'kind' | 'plainBytes' | 'storedBytes'>[]
  release(): void
}

/** How the bytes of one object are encoded. */
export type Encoding = { sealer: Sealer; packing: Packing }

/** The bit of a length in the table of a packed run that says that its frame is compressed. */
export const IS_PACKED = 0x8000_0000
const LENGTH_BYTES = 4

/** Memory of runs that have been written is used again: it is large, and asked for often. */
const MOST_POOLED = 16
const POOLED_BYTES = RECORD_BYTES + RUN_BYTES + (RUN_BYTES / FRAME_BYTES) * (SEAL_BYTES + LENGTH_BYTES)
const pool: Buffer[] = []

/** Encodes what one write brought; the memory of `bytes` is the caller's again when it resolves. */
export async function encodeRuns(bytes: Uint8Array, plainStart: number, encoding: Encoding): Promise<Encoded> {
  const parts: Encoded[] = []
  for (let at = 0; at < bytes.length; at += RUN_BYTES) {
    const run = bytes.subarray(at, at + RUN_BYTES)
    const packed = await packFrames(run, encoding.packing)
    const frames = packed ?? framesOf(run).map((content) => ({ content, isPacked: false }))
    parts.push(encodeRun(run.length, plainStart + at, { kind: packed ? 'packed' : 'raw', frames }, encoding.sealer))
  }
  const [only] = parts
  if (only !== undefined && parts.length === 1) return only
  const joined = Buffer.concat(parts.map((part) => part.bytes))
  for (const part of parts) part.release()
  return { bytes: joined, runs: parts.flatMap(({ runs }) => runs), release: () => undefined }
}

function encodeRun(
  plainBytes: number,
  plainStart: number,
  { kind, frames }: { kind: RunKind; frames: readonly PackedFrame[] },
  sealer: Sealer,
): Encoded {
  const buffer = pool.pop() ?? Buffer.allocUnsafeSlow(POOLED_BYTES)
  let end = RECORD_BYTES
  if (kind === 'packed') {
    for (const { content, isPacked } of frames)
      end = buffer.writeUInt32LE((sealer.storedLength(content.length) | (isPacked ? IS_PACKED : 0)) >>> 0, end)
  }
  for (const [index, { content, isPacked }] of frames.entries())
    end = sealer.seal(content, placeOf(plainStart, plainBytes, index, isPacked), buffer, end)
  writeRecord(buffer, 0, { kind, plainBytes, storedBytes: end - RECORD_BYTES })
  return {
    bytes: buffer.subarray(0, end),
    runs: [{ kind, plainBytes, storedBytes: end }],
    release: () => void (pool.length < MOST_POOLED && pool.push(buffer)),
  }
}

/** Where the frame of this number is, of a run that begins at `plainStart`. */
export function placeOf(plainStart: number, plainBytes: number, frame: number, isPacked: boolean) {
  const before = frame * FRAME_BYTES
  return { plainStart: plainStart + before, plainBytes: Math.min(FRAME_BYTES, plainBytes - before), isPacked }
}
