import { crc32 } from 'node:zlib'
import { HEADER_BYTES, readHeader, type Header } from './framed-format.ts'
import { createRunTable, decodeRunTable, type RunTable } from './framed-table.ts'
import type { StagedBytes, Staging, StagingPlan } from './object-store.ts'

/** What has been found out of bytes staged in frames. */
export type Located = {
  header: Header
  table: RunTable
  /** Whether the header is there, and nothing behind the last whole run. */
  isClean: boolean
}

/**
 * Where a store cannot give staged bytes back, the lengths of the runs are written down beside them with each flush:
 * staged bytes of their own, so short that the store still has them at hand.
 *
 * There are two slots. One is gone on with, entry by entry, each of which says how far what was entered before still
 * holds and which runs follow; after some entries everything is written into the other one, whose number is then the
 * higher. A crash at any point leaves one that is whole.
 */
export type Ledger = {
  load(): Promise<Omit<Located, 'isClean'> | undefined>
  /** The runs before `plainBytes` are flushed. */
  keep(header: Header, table: RunTable, plainBytes: number): Promise<void>
  /** The runs behind are about to be cut off. */
  cut(header: Header, table: RunTable, plainBytes: number): Promise<void>
  /** Whether something has been written down, as far as `load` has seen. */
  isThere(): boolean
  close(): Promise<void>
}

const MOST_ENTRIES = 32
const ENTRY_BYTES = 16
const SLOTS = [0, 1] as const
const START_BYTES = HEADER_BYTES + 8
const SUFFIX = '-frames-'
const slotId = (id: string, slot: number) => `${id}${SUFFIX}${slot}`

/** Whose ledger is staged under this id; undefined when it is none. */
export const ownerOfLedger = (stagingId: string): string | undefined => /^(.+)-frames-\d$/.exec(stagingId)?.[1]

export async function removeLedger(inner: Staging, id: string): Promise<void> {
  await Promise.all(SLOTS.map((slot) => inner.remove(slotId(id, slot))))
}

type Slot = { number: number; entries: number; header: Header; table: RunTable }

export function openLedger(inner: Staging, id: string, plan: StagingPlan): Ledger {
  const planOfSlot = { ...plan, lengthBytes: undefined }
  let kept = 0
  /** How far what is written down goes. */
  let durable = 0
  let number = -1
  /** How many the slot has that is gone on with; none when another must be begun. */
  let entries = MOST_ENTRIES
  let open: StagedBytes | undefined
  let end = 0

  async function begin(): Promise<StagedBytes> {
    await open?.close()
    await inner.remove(slotId(id, (number + 1) % 2))
    const begun = await inner.open(slotId(id, (number + 1) % 2), planOfSlot)
    number += 1
    entries = 0
    kept = 0
    return begun
  }

  /** After a fault nobody knows how far a slot was written: the next entry begins another, or this one again. */
  async function keep(header: Header, table: RunTable, plainBytes: number): Promise<void> {
    if (plainBytes === durable && kept === durable) return
    try {
      await enter(header, table, plainBytes)
    } catch (error) {
      await open?.close().catch(() => undefined)
      open = undefined
      if (entries === 0) number -= 1
      entries = MOST_ENTRIES
      throw error
    }
  }

  async function enter(header: Header, table: RunTable, plainBytes: number): Promise<void> {
    if (entries >= MOST_ENTRIES) open = await begin()
    const bytes = (open ??= await begin())
    if (entries === 0) {
      await bytes.write(startOf(header, number), 0)
      end = START_BYTES
    }
    const entry = entryOf(table, kept, plainBytes)
    await bytes.write(entry, end)
    await bytes.flush()
    end += entry.length
    entries += 1
    durable = kept = plainBytes
  }

  return {
    keep,
    async load() {
      const last = await readLast(inner, id, planOfSlot)
      if (last === undefined) return undefined
      // Whoever goes on begins a slot of its own: the end of this one may be of a flush that did not come to its end.
      number = last.number
      durable = kept = last.table.plainBytes()
      return last
    },

    async cut(header, table, plainBytes) {
      kept = Math.min(kept, plainBytes)
      if (durable > plainBytes) await keep(header, table, plainBytes)
    },
    isThere: () => number >= 0,
    close: async () => open?.close(),
  }
}

function startOf(header: Header, number: number): Buffer {
  const start = Buffer.alloc(START_BYTES)
  header.bytes.copy(start)
  start.writeBigUInt64LE(BigInt(number), HEADER_BYTES)
  return start
}

/** The slot with the higher number of those that are whole. */
async function readLast(inner: Staging, id: string, plan: StagingPlan): Promise<Slot | undefined> {
  const slots = await Promise.all(SLOTS.map((slot) => readSlot(inner, slotId(id, slot), plan)))
  return slots.filter((slot) => slot !== undefined).sort((a, b) => b.number - a.number)[0]
}

async function readSlot(inner: Staging, slotId: string, plan: StagingPlan): Promise<Slot | undefined> {
  if ((await inner.sizeBytes(slotId)) === undefined) return undefined
  const staged = await inner.open(slotId, plan)
  try {
    const all = Buffer.alloc(staged.sizeBytes)
    const bytes = all.subarray(0, await staged.read(all, 0))
    const header = readHeader(bytes)
    if (header === undefined || bytes.length < START_BYTES) return undefined
    const table = createRunTable()
    const entries = replay(bytes.subarray(START_BYTES), table)
    return entries === 0 ? undefined : { number: Number(bytes.readBigUInt64LE(HEADER_BYTES)), entries, header, table }
  } finally {
    await staged.close()
  }
}

function entryOf(table: RunTable, from: number, to: number): Buffer {
  const added = createRunTable()
  for (let run = table.runAt(from); run !== undefined && run.plainStart < to;) {
    added.push(run)
    run = table.runAt(run.plainStart + run.plainBytes)
  }
  const runs = added.encode()
  const entry = Buffer.alloc(ENTRY_BYTES)
  entry.writeUInt32LE(runs.length, 0)
  entry.writeBigUInt64LE(BigInt(from), 8)
  entry.writeUInt32LE(crc32(runs, crc32(entry)), 4)
  return Buffer.concat([entry, runs])
}

/** Up to the first entry that is not whole; how many there were. */
function replay(bytes: Buffer, table: RunTable): number {
  let count = 0
  for (let at = 0; at + ENTRY_BYTES <= bytes.length; count++) {
    const entry = Buffer.from(bytes.subarray(at, at + ENTRY_BYTES))
    const runs = bytes.subarray(at + ENTRY_BYTES, at + ENTRY_BYTES + entry.readUInt32LE(0))
    const crc = entry.readUInt32LE(4)
    entry.writeUInt32LE(0, 4)
    const added = decodeRunTable(runs)
    if (runs.length < entry.readUInt32LE(0) || crc32(runs, crc32(entry)) !== crc || added === undefined) return count
    if (!table.cut(Number(entry.readBigUInt64LE(8)))) return count
    for (let run = added.runAt(0); run !== undefined; run = added.runAt(run.plainStart + run.plainBytes))
      table.push(run)
    at += ENTRY_BYTES + runs.length
  }
  return count
}
