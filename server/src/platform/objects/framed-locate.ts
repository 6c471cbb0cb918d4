import { HEADER_BYTES, readHeader, readRecord, RECORD_BYTES } from './framed-format.ts'
import { openLedger, type Ledger, type Located } from './framed-ledger.ts'
import { createRunTable, type RunTable } from './framed-table.ts'
import type { StagedBytes, Staging } from './object-store.ts'

/** Header and runs of what is staged; undefined when there is not even a header. */
export async function locate(
  bytes: StagedBytes,
  ledger: Ledger,
  { readsBack, before }: { readsBack: boolean; before: Located | undefined },
): Promise<Located | undefined> {
  if (bytes.sizeBytes < HEADER_BYTES) return undefined
  if (!readsBack) return locateWritten(bytes, await ledger.load(), before)
  const header = readHeader(await piece(bytes, 0, HEADER_BYTES))
  if (header === undefined) return undefined
  if (before?.header.bytes.equals(header.bytes) === true && (await isAsBefore(bytes, before.table))) return before
  const table = await walk(bytes)
  return { header, table, isClean: bytes.sizeBytes === table.storedEnd() }
}

/** What this process has in memory is believed as far as nothing that is written down contradicts it. */
function locateWritten(
  bytes: StagedBytes,
  written: Omit<Located, 'isClean'> | undefined,
  before: Located | undefined,
): Located | undefined {
  const isSame = written === undefined || before?.header.bytes.equals(written.header.bytes) === true
  if (before !== undefined && isSame && before.table.storedEnd() === bytes.sizeBytes) {
    const plainBytes = written?.table.plainBytes() ?? 0
    const last = before.table.runAt(plainBytes - 1)
    const isPrefix =
      last === undefined ? plainBytes === 0 : last.storedStart + last.storedBytes === written?.table.storedEnd()
    if (isPrefix) return before
  }
  if (written === undefined) return undefined
  const { header, table } = written
  while (table.storedEnd() > bytes.sizeBytes && table.plainBytes() > 0)
    table.cut(table.runAt(table.plainBytes() - 1)?.plainStart ?? 0)
  return { header, table, isClean: bytes.sizeBytes === table.storedEnd() }
}

/** Another process may have gone on with it, or begun it anew, since this one looked. */
async function isAsBefore(bytes: StagedBytes, table: RunTable): Promise<boolean> {
  const last = table.runAt(table.plainBytes() - 1)
  if (last === undefined || bytes.sizeBytes !== table.storedEnd()) return false
  const record = readRecord(await piece(bytes, last.storedStart, RECORD_BYTES))
  return record?.kind === last.kind && record.plainBytes === last.plainBytes
}

/** Read at once from where the next run begins: where runs are short, many begin in it. */
const WINDOW_BYTES = 16 * 1024

/** From run to run, to where the next is not whole: what lies behind was never flushed, or is the end of an object. */
async function walk(bytes: StagedBytes): Promise<RunTable> {
  const table = createRunTable()
  let window: Buffer = Buffer.alloc(0)
  let start = 0
  for (;;) {
    const at = table.storedEnd()
    if (at + RECORD_BYTES > start + window.length) {
      // The first time a little, because most runs are long.
      window = await piece(bytes, at, at - start > WINDOW_BYTES ? RECORD_BYTES : WINDOW_BYTES)
      start = at
    }
    const record = readRecord(window.subarray(at - start, at - start + RECORD_BYTES))
    if (record === undefined || record.kind === 'index') return table
    const storedBytes = RECORD_BYTES + record.storedBytes
    if (at + storedBytes > bytes.sizeBytes) return table
    table.push({ kind: record.kind, plainBytes: record.plainBytes, storedBytes })
  }
}

async function piece(bytes: StagedBytes, position: number, length: number): Promise<Buffer> {
  const read = Buffer.alloc(length)
  return read.subarray(0, await bytes.read(read, position))
}

const KEEPS_NOTHING: Ledger = {
  load: async () => undefined,
  keep: async () => undefined,
  cut: async () => undefined,
  isThere: () => false,
  close: async () => undefined,
}

export const openLedgerOf = (inner: Staging, id: string, plan: Parameters<typeof openLedger>[2]): Ledger =>
  inner.readsBack ? KEEPS_NOTHING : openLedger(inner, id, plan)

/** Without writing to it, nor beginning it. */
export async function measure(inner: Staging, id: string, framedId: string): Promise<Located | undefined> {
  const about = { organizationId: '', lengthBytes: undefined, key: () => '' }
  if (!inner.readsBack) {
    const written = await openLedger(inner, id, about).load()
    return written && { ...written, isClean: false }
  }
  const bytes = await inner.open(framedId, about)
  try {
    return await locate(bytes, KEEPS_NOTHING, { readsBack: true, before: undefined })
  } finally {
    await bytes.close()
  }
}
