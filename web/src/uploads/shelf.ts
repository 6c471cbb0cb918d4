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

/**
 * @param nextFrame  runs a function before the next painting; changes until then are announced together
 * @param now        milliseconds
 */
export function createShelf({ nextFrame, now }: { nextFrame: (run: () => void) => void; now: () => number }) {
  const transfers = new Map<string, Transfer>()
  const batches = new Map<string, Batch>()
  const meters = new Map<string, Meter>()
  const whole = createMeter()
  const listeners = new Set<() => void>()
  let notices: readonly string[] = []
  let isOnline = true
  let lowestShare = 0
  let isAnnounced = false
  let snapshot = take()

  return {
    getSnapshot: () => snapshot,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    get: (key: string) => transfers.get(key),
    batch: (key: string) => batches.get(key),
    transfers: () => transfers.values(),
    batches: () => batches.values(),
    of: (batchKey: string) => [...transfers.values()].filter((transfer) => transfer.batchKey === batchKey),

    put(batch: Batch, added: readonly Transfer[]) {
      batches.set(batch.key, batch)
      for (const transfer of added) transfers.set(transfer.key, transfer)
      if (added.length > 0) lowestShare = 0
      change()
    },
    /** Changes a transfer that is there; bytes never fall. */
    patch(key: string, changes: Partial<Transfer>) {
      const before = transfers.get(key)
      if (before === undefined) return
      const bytesSent = Math.min(before.sizeBytes, Math.max(before.bytesSent, changes.bytesSent ?? 0))
      transfers.set(key, { ...before, ...changes, bytesSent })
      if (changes.state !== undefined && changes.state !== 'uploading') meters.delete(key)
      change()
    },
    patchBatch(key: string, changes: Partial<Batch>) {
      const before = batches.get(key)
      if (before === undefined) return
      batches.set(key, { ...before, ...changes })
      change()
    },
    /** Takes transfers away, and batches that have none left. */
    remove(keys: Iterable<string>) {
      for (const key of keys) {
        transfers.delete(key)
        meters.delete(key)
      }
      const kept = new Set([...transfers.values()].map(({ batchKey }) => batchKey))
      for (const key of [...batches.keys()]) if (!kept.has(key)) batches.delete(key)
      lowestShare = 0
      change()
    },
    /** Counts bytes that have just left, for the speed. */
    moved(key: string, bytes: number) {
      const meter = meters.get(key) ?? createMeter()
      meters.set(key, meter)
      meter.add(bytes, now())
      whole.add(bytes, now())
      change()
    },
    /** Lets speeds fall when nothing moves. */
    tick: () => change(),
    say(notice: string) {
      notices = [...notices, notice].slice(-5)
      change()
    },
    hush() {
      notices = []
      change()
    },
    setOnline(online: boolean) {
      isOnline = online
      change()
    },
  }

  function change(): void {
    if (isAnnounced) return
    isAnnounced = true
    nextFrame(() => {
      isAnnounced = false
      snapshot = take()
      for (const listener of [...listeners]) listener()
    })
  }

  function take(): Snapshot {
    for (const [key, meter] of meters) {
      const transfer = transfers.get(key)
      const rate = meter.rate(now())
      if (transfer !== undefined && transfer.rateBytesPerSecond !== rate) transfers.set(key, { ...transfer, rateBytesPerSecond: rate })
    }
    const ordered = inTrayOrder(transfers.values())
    const tally = tallyOf(ordered, ordered.some(isPending) ? whole.rate(now()) : 0)
    lowestShare = tally.bytesTotal === 0 ? 0 : Math.max(lowestShare, tally.bytesSent / tally.bytesTotal)
    return { transfers: ordered, batches: new Map(batches), tally, share: lowestShare, notices, isOnline }
  }
}
