import type { Sealer } from './framed-cipher.ts'
import { IS_PACKED, placeOf } from './framed-encode.ts'
import { FRAME_BYTES, RECORD_BYTES, readRecord } from './framed-format.ts'
import { unpackFrame } from './framed-packing.ts'
import type { Run, RunTable } from './framed-table.ts'

/** The next so many stored bytes; fewer only where there are no more. */
export type Pull = (bytes: number) => Promise<Buffer>

/** The frames of one run that are wanted, by number, both included. */
type Piece = { run: Run; from: number; to: number }

/** Stored bytes from `start` up to `end`, and the frames in them. */
export type Extent = { start: number; end: number; pieces: Piece[] }

/** Which stored bytes hold these plain ones. A packed run is read whole, because its lengths stand at its beginning. */
export function extentOf(table: RunTable, first: number, last: number, sealer: Sealer): Extent {
  const frameBytes = sealer.storedLength(FRAME_BYTES)
  const pieces: Piece[] = []
  let [start, end] = [0, 0]
  let run = table.runAt(first)
  while (run !== undefined && run.plainStart <= last) {
    const from = Math.max(0, Math.floor((first - run.plainStart) / FRAME_BYTES))
    const to = Math.floor((Math.min(last, run.plainStart + run.plainBytes - 1) - run.plainStart) / FRAME_BYTES)
    const isRaw = run.kind === 'raw'
    if (pieces.length === 0) start = run.storedStart + (isRaw && from > 0 ? RECORD_BYTES + from * frameBytes : 0)
    end = run.storedStart + run.storedBytes
    if (isRaw) end = Math.min(end, run.storedStart + RECORD_BYTES + (to + 1) * frameBytes)
    pieces.push({ run, from, to })
    run = table.runAt(run.plainStart + run.plainBytes)
  }
  return { start, end, pieces }
}

/**
 * The plain bytes of an extent, at most a run at a time, trimmed to what was asked for.
 *
 * @throws whatever `damaged` makes of the reason, when the bytes are not what was written
 */
export async function* decode(
  { pieces }: Extent,
  { first, last }: { first: number; last: number },
  { pull, sealer, damaged }: { pull: Pull; sealer: Sealer; damaged: (reason: string) => Error },
): AsyncGenerator<Buffer> {
  for (const { run, from, to } of pieces) {
    const isWholeRun = run.kind === 'packed' || from === 0
    if (isWholeRun && !isRecordOf(run, await pull(RECORD_BYTES))) throw damaged('a run is not where the index says')
    const frames = run.kind === 'packed' ? await packedFrames(run, pull) : rawFrames(run, sealer)
    if (frames === undefined) throw damaged('a run is shorter than the index says')
    const stored: { bytes: Buffer; frame: number; isPacked: boolean }[] = []
    for (let frame = run.kind === 'packed' ? 0 : from; frame <= to; frame++) {
      const { length, isPacked } = frames(frame)
      const bytes = await pull(length)
      if (bytes.length < length) throw damaged('it has been cut')
      if (frame >= from) stored.push({ bytes, frame, isPacked })
    }
    const opened = stored.map(async ({ bytes, frame, isPacked }) => {
      const place = placeOf(run.plainStart, run.plainBytes, frame, isPacked)
      const content = sealer.open(bytes, place)
      const plain = content && (isPacked ? await unpackFrame(content, place.plainBytes) : content)
      if (plain?.length !== place.plainBytes) throw damaged(`the frame at ${place.plainStart} is not what was written`)
      return plain
    })
    const [only, ...more] = await Promise.all(opened)
    const plain = only === undefined || more.length > 0 ? Buffer.concat([only ?? Buffer.alloc(0), ...more]) : only
    const begins = run.plainStart + from * FRAME_BYTES
    yield plain.subarray(Math.max(0, first - begins), last + 1 - begins)
  }
}

type Frames = (frame: number) => { length: number; isPacked: boolean }

function rawFrames({ plainStart, plainBytes }: Run, sealer: Sealer): Frames {
  return (frame) => {
    const { plainBytes: bytes } = placeOf(plainStart, plainBytes, frame, false)
    return { length: sealer.storedLength(bytes), isPacked: false }
  }
}

async function packedFrames({ plainBytes, storedBytes }: Run, pull: Pull): Promise<Frames | undefined> {
  const count = Math.ceil(plainBytes / FRAME_BYTES)
  const table = await pull(count * 4)
  if (table.length < count * 4) return undefined
  const frames = Array.from({ length: count }, (_, frame) => {
    const word = table.readUInt32LE(frame * 4)
    return { length: (word & ~IS_PACKED) >>> 0, isPacked: (word & IS_PACKED) !== 0 }
  })
  const sum = frames.reduce((bytes, { length }) => bytes + length, RECORD_BYTES + count * 4)
  return sum === storedBytes ? (frame) => frames[frame] ?? { length: 0, isPacked: false } : undefined
}

function isRecordOf(run: Run, bytes: Buffer): boolean {
  const record = readRecord(bytes)
  const isSame = record?.kind === run.kind && record.plainBytes === run.plainBytes
  return isSame && record.storedBytes === run.storedBytes - RECORD_BYTES
}
