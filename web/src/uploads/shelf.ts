import { createMeter, type Meter } from './meter.ts'
import { isPending, type Batch, type Transfer } from './model.ts'
import { inTrayOrder, tallyOf, type Tally } from './tally.ts'

/** What the tray draws: one value a frame, however many files moved in it. */
export type Snapshot = {
  /** In the order of the tray. */
  transfers: readonly Transfer[]
  batches: ReadonlyMap<string, Batch>
  tally: Tally
  /** 0 to 1 of all bytes that are on their way; never falls unless files are added or taken away. */
  share: number
  /** What was left out, in words. */
  notices: readonly string[]
  isOnline: boolean
}

/** Everything that this tab knows of files on their way. */
export type Shelf = ReturnType<typeof createShelf>

type Clockwork = {
  /** Runs a function before the next painting; changes until then are announced together. */
  nextFrame: (run: () => void) => void
  /** Milliseconds. */
  now: () => number
}

/** What stands on the shelf, before it is drawn. */
type Stock = {
  transfers: Map<string, Transfer>
  batches: Map<string, Batch>
  meters: Map<string, Meter>
  whole: Meter
  notices: readonly string[]
  isOnline: boolean
  lowestShare: number
}

export function createShelf({ nextFrame, now }: Clockwork) {
  const stock: Stock = {
    transfers: new Map(),
    batches: new Map(),
    meters: new Map(),
    whole: createMeter(),
    notices: [],
    isOnline: true,
    lowestShare: 0,
  }
  const { change, ...reading } = announcing(stock, { nextFrame, now })
  const { transfers, batches } = stock
  return {
    ...reading,
    get: (key: string) => transfers.get(key),
    batch: (key: string) => batches.get(key),
    transfers: () => transfers.values(),
    batches: () => batches.values(),
    of: (batchKey: string) => [...transfers.values()].filter((transfer) => transfer.batchKey === batchKey),

    put: (batch: Batch, added: readonly Transfer[]) => change(() => put(stock, batch, added)),
    /** Changes a transfer that is there; bytes never fall. */
    patch: (key: string, changes: Partial<Transfer>) => change(() => patch(stock, key, changes)),
    patchBatch: (key: string, changes: Partial<Batch>) =>
      change(() => {
        const before = batches.get(key)
        if (before !== undefined) batches.set(key, { ...before, ...changes })
      }),
    /** Takes transfers away, and batches that have none left. */
    remove: (keys: Iterable<string>) => change(() => remove(stock, keys)),
    /** Counts bytes that have just left, for the speed. */
    moved: (key: string, bytes: number) => change(() => count(stock, { key, bytes, nowMs: now() })),
    /** Lets speeds fall when nothing moves. */
    tick: () => change(() => {}),
    say: (notice: string) => change(() => void (stock.notices = [...stock.notices, notice].slice(-5))),
    hush: () => change(() => void (stock.notices = [])),
    setOnline: (isOnline: boolean) => change(() => void (stock.isOnline = isOnline)),
  }
}

/** Tells whoever listens of changes, all those of a frame at once. */
function announcing(stock: Stock, { nextFrame, now }: Clockwork) {
  const listeners = new Set<() => void>()
  let isAnnounced = false
  let snapshot = take(stock, now())
  return {
    getSnapshot: () => snapshot,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    change(run: () => void): void {
      run()
      if (isAnnounced) return
      isAnnounced = true
      nextFrame(() => {
        isAnnounced = false
        snapshot = take(stock, now())
        for (const listener of [...listeners]) listener()
      })
    },
  }
}

function take(stock: Stock, nowMs: number): Snapshot {
  const { transfers, meters, whole, notices, isOnline } = stock
  for (const [key, meter] of meters) {
    const transfer = transfers.get(key)
    const rate = meter.rate(nowMs)
    if (transfer !== undefined && transfer.rateBytesPerSecond !== rate) {
      transfers.set(key, { ...transfer, rateBytesPerSecond: rate })
    }
  }
  const ordered = inTrayOrder(transfers.values())
  const tally = tallyOf(ordered, ordered.some(isPending) ? whole.rate(nowMs) : 0)
  stock.lowestShare = tally.bytesTotal === 0 ? 0 : Math.max(stock.lowestShare, tally.bytesSent / tally.bytesTotal)
  return { transfers: ordered, batches: new Map(stock.batches), tally, share: stock.lowestShare, notices, isOnline }
}

function put(stock: Stock, batch: Batch, added: readonly Transfer[]): void {
  stock.batches.set(batch.key, batch)
  for (const transfer of added) stock.transfers.set(transfer.key, transfer)
  if (added.length > 0) stock.lowestShare = 0
}

function patch({ transfers, meters }: Stock, key: string, changes: Partial<Transfer>): void {
  const before = transfers.get(key)
  if (before === undefined) return
  const bytesSent = Math.min(before.sizeBytes, Math.max(before.bytesSent, changes.bytesSent ?? 0))
  transfers.set(key, { ...before, ...changes, bytesSent })
  if (changes.state !== undefined && changes.state !== 'uploading') meters.delete(key)
}

function remove(stock: Stock, keys: Iterable<string>): void {
  const { transfers, batches, meters } = stock
  for (const key of keys) {
    transfers.delete(key)
    meters.delete(key)
  }
  const kept = new Set([...transfers.values()].map(({ batchKey }) => batchKey))
  for (const key of batches.keys()) if (!kept.has(key)) batches.delete(key)
  stock.lowestShare = 0
}

function count({ meters, whole }: Stock, { key, bytes, nowMs }: { key: string; bytes: number; nowMs: number }): void {
  const meter = meters.get(key) ?? createMeter()
  meters.set(key, meter)
  meter.add(bytes, nowMs)
  whole.add(bytes, nowMs)
}
