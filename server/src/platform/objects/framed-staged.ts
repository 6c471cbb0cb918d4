import { SHUT, type Sealer } from './framed-cipher.ts'
import { decode, extentOf } from './framed-decode.ts'
import { encodeRuns, type Encoded } from './framed-encode.ts'
import { RUN_BYTES } from './framed-format.ts'
import { changed } from './framed-layout.ts'
import type { Ledger, Located } from './framed-ledger.ts'
import { createPacking, type Packing } from './framed-packing.ts'
import { pullOf } from './framed-read.ts'
import type { RunTable } from './framed-table.ts'
import type { StagedBytes } from './object-store.ts'

/** What is known of the frames staged under one id; shared by all in this process who have it open. */
export type Staged = Located & {
  sealer: Sealer
  /** Handles that are open, and those of them that have written. */
  handles: number
  writers: number
}

type Parts = {
  id: string
  staged: Staged
  inner: StagedBytes
  ledger: Ledger
  isWorthPacking(): boolean
}

/**
 * Frames on their way. What one write brings is a run of its own, so that every position where a write ended can be cut
 * to without touching a frame, and nothing waits in memory for a frame to become full.
 */
export function framedBytes(parts: Parts): StagedBytes {
  const { staged, inner, ledger } = parts
  const tail = createTail(parts)
  return {
    sizeBytes: tail.end(),

    write(bytes, position) {
      if (position === tail.end()) return tail.append(bytes)
      return Promise.reject(new RangeError(`frames go one behind the other: to ${tail.end()}, not to ${position}`))
    },

    read: (bytes, position) => readStaged(parts, bytes, position),

    async flush(upToBytes) {
      const upTo = Math.min(staged.table.plainBytes(), upToBytes ?? Infinity)
      const run = upTo === 0 ? undefined : staged.table.runAt(upTo - 1)
      await inner.flush(run && run.storedStart + run.storedBytes)
      await ledger.keep(staged.header, staged.table, run === undefined ? 0 : run.plainStart + run.plainBytes)
    },

    async truncate(size) {
      await tail.begin()
      const { table } = staged
      if (size > table.plainBytes())
        throw new RangeError(`there are ${table.plainBytes()} bytes, so they cannot be cut to ${size}`)
      const run = table.runAt(size)
      const kept = Buffer.alloc(run === undefined ? 0 : size - run.plainStart)
      if (run !== undefined && (await readStaged(parts, kept, run.plainStart)) < kept.length)
        throw new Error(`staged bytes that were sent away cannot be cut to ${size}, which is inside a run`)
      table.cut(size - kept.length)
      // Should one of these fail, whoever opens it next cuts it off.
      staged.isClean = false
      await ledger.cut(staged.header, table, table.plainBytes())
      await inner.truncate(table.storedEnd())
      staged.isClean = true
      await tail.settle()
      if (kept.length > 0) await tail.append(kept)
    },

    async close() {
      await tail.settle()
      tail.leave()
      await ledger.close()
      await inner.close()
    },
  }
}

/** Where runs are put behind the last one, several at a time. */
function createTail({ staged, inner, isWorthPacking }: Parts) {
  let packing: Packing | undefined
  let isWriter = false
  let end = staged.table.plainBytes()
  /** Where the next run goes; known once the one before has been encoded. */
  let placed: Promise<number> = Promise.resolve(0)
  /** Runs are entered in order, so the table never has a gap. */
  let entered: Promise<void> = Promise.resolve()
  const underWay = new Set<Promise<void>>()

  /** The first change makes sure of the header, and cuts off what a crash left behind the last whole run. */
  async function prepare(): Promise<number> {
    if (!isWriter) staged.writers += 1
    isWriter = true
    packing ??= createPacking(isWorthPacking() && hasGained(staged.table))
    const isEmpty = staged.table.plainBytes() === 0
    const keptBytes = isEmpty ? 0 : staged.table.storedEnd()
    if (!staged.isClean && inner.sizeBytes > keptBytes) await inner.truncate(keptBytes)
    if (!staged.isClean && isEmpty) await inner.write(staged.header.bytes, 0)
    staged.isClean = true
    return staged.table.storedEnd()
  }

  /** Everything that is under way ends first; afterwards the next write goes behind the last run of the table. */
  async function settle(): Promise<void> {
    while (underWay.size > 0) await Promise.all(underWay)
    entered = Promise.resolve()
    placed = Promise.resolve(staged.table.storedEnd())
    end = staged.table.plainBytes()
  }

  async function enter(before: Promise<void>, written: Promise<Encoded>): Promise<void> {
    const [{ runs, release }] = await Promise.all([written, before])
    for (const run of runs) staged.table.push(run)
    release()
  }

  return {
    end: () => end,
    settle,

    async begin() {
      await settle()
      placed = Promise.resolve(await prepare())
    },

    append(bytes: Uint8Array): Promise<void> {
      const position = end
      end += bytes.length
      const before = isWriter ? placed : prepare()
      const encoding = encodeRuns(bytes, position, { sealer: staged.sealer, packing: packing ?? createPacking(false) })
      const here = Promise.all([encoding, before])
      placed = here.then(([encoded, at]) => at + encoded.bytes.length)
      const written = here.then(async ([encoded, at]) => {
        await inner.write(encoded.bytes, at)
        return encoded
      })
      const all = (entered = enter(entered, written))
      const ended = Promise.allSettled([placed, written, all]).then(() => void underWay.delete(ended))
      underWay.add(ended)
      return all
    },

    leave() {
      staged.handles -= 1
      if (isWriter) staged.writers -= 1
      isWriter = false
      if (staged.handles === 0) staged.sealer = SHUT
    },
  }
}

/** A run's length at a time: what is asked for is little, or there is memory for it. */
async function readStaged({ id, staged, inner }: Parts, bytes: Uint8Array, position: number): Promise<number> {
  const { table, sealer } = staged
  const damaged = (reason: string) => changed(`staged as ${id}`, reason)
  const end = Math.min(position + bytes.length, table.plainBytes())
  let at = position
  while (at < end) {
    const part = { first: at, last: Math.min(end, at + RUN_BYTES) - 1 }
    const extent = extentOf(table, part.first, part.last, sealer)
    const stored = Buffer.alloc(extent.end - extent.start)
    // What was sent away cannot be read back.
    if ((await inner.read(stored, extent.start)) < stored.length) break
    for await (const plain of decode(extent, part, { pull: pullOf(stored), sealer, damaged })) {
      bytes.set(plain, at - position)
      at += plain.length
    }
  }
  return at - position
}

/** Whether the first megabyte, or what there is of it, was compressed: then it goes on. */
function hasGained(table: RunTable): boolean {
  const first = table.runAt(0)
  return first === undefined || first.kind === 'packed' || table.plainBytes() < RUN_BYTES
}
