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
 * staged bytes of their own, so short that the store still has them at hand. They go to several pieces when there are
 * many. Each entry says how far what was entered before still holds, and which runs follow.
 */
export type Ledger = {
  load(): Promise<Omit<Located, 'isClean'> | undefined>
  /** The runs before `plainBytes` are flushed. */
  keep(header: Header, table: RunTable, plainBytes: number): Promise<void>
  /** The runs behind are not there any more. */
  cut(plainBytes: number): void
  close(): Promise<void>
}

const MOST_BYTES = 1024 * 1024
const ENTRY_BYTES = 16
const SUFFIX = '-frames-'
const partId = (id: string, part: number) => `${id}${SUFFIX}${part}`

/** Whose ledger is staged under this id; undefined when it is none. */
export const ownerOfLedger = (stagingId: string): string | undefined => /^(.+)-frames-\d+$/.exec(stagingId)?.[1]

export async function removeLedger(inner: Staging, id: string): Promise<void> {
  for (let part = 0; (await inner.sizeBytes(partId(id, part))) !== undefined; part++)
    await inner.remove(partId(id, part))
}

export function openLedger(inner: Staging, id: string, plan: StagingPlan): Ledger {
  // It is as short as a single piece of memory, whatever the upload is.
  const planOfPart = { ...plan, lengthBytes: MOST_BYTES * 2 }
  let kept = 0
  let part = 0
  let open: { bytes: StagedBytes; end: number } | undefined

  async function openPart(): Promise<{ bytes: StagedBytes; end: number }> {
    if (open !== undefined && open.end < MOST_BYTES) return open
    if (open !== undefined) {
      await open.bytes.close()
      part += 1
    }
    const bytes = await inner.open(partId(id, part), planOfPart)
    return (open = { bytes, end: bytes.sizeBytes })
  }

  async function readPart(number: number): Promise<Buffer | undefined> {
    const size = await inner.sizeBytes(partId(id, number))
    if (size === undefined) return undefined
    const bytes = await inner.open(partId(id, number), planOfPart)
    try {
      const all = Buffer.alloc(bytes.sizeBytes)
      return all.subarray(0, await bytes.read(all, 0))
    } finally {
      await bytes.close()
    }
  }

  return {
    async load() {
      let header: Header | undefined
      const table = createRunTable()
      for (let number = 0; ; number++) {
        const bytes = await readPart(number)
        if (bytes === undefined) break
        header ??= readHeader(bytes)
        if (header === undefined) return undefined
        part = number
        replay(number === 0 ? bytes.subarray(HEADER_BYTES) : bytes, table)
      }
      kept = table.plainBytes()
      return header && { header, table }
    },

    async keep(header, table, plainBytes) {
      if (plainBytes === kept) return
      const { bytes, end } = await openPart()
      const entry = entryOf(table, kept, plainBytes)
      const written = end === 0 && part === 0 ? Buffer.concat([header.bytes, entry]) : entry
      await bytes.write(written, end)
      await bytes.flush()
      open = { bytes, end: end + written.length }
      kept = plainBytes
    },

    cut: (plainBytes) => void (kept = Math.min(kept, plainBytes)),
    close: async () => open?.bytes.close(),
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

/** Up to the first entry that is not whole. */
function replay(bytes: Buffer, table: RunTable): void {
  for (let at = 0; at + ENTRY_BYTES <= bytes.length;) {
    const entry = Buffer.from(bytes.subarray(at, at + ENTRY_BYTES))
    const runs = bytes.subarray(at + ENTRY_BYTES, at + ENTRY_BYTES + entry.readUInt32LE(0))
    const crc = entry.readUInt32LE(4)
    entry.writeUInt32LE(0, 4)
    const added = decodeRunTable(Buffer.from(runs))
    if (runs.length < entry.readUInt32LE(0) || crc32(runs, crc32(entry)) !== crc || added === undefined) return
    if (!table.cut(Number(entry.readBigUInt64LE(8)))) return
    for (let run = added.runAt(0); run !== undefined; run = added.runAt(run.plainStart + run.plainBytes))
      table.push(run)
    at += ENTRY_BYTES + runs.length
  }
}
