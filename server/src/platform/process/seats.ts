import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../platform.ts'
import { startChild, type Child, type Outcome } from './child.ts'
import { heldBytes, watchMemory } from './memory.ts'
import { ROOM_BYTES, watchRoom } from './room.ts'
import type { Sandbox } from './sandbox.ts'
import { close, makeSeat } from './seat.ts'

/** A child is replaced after so many requests, in case its decoders leak. */
const REQUESTS_PER_CHILD = 200
/** And when it keeps more than this share of its limit: the next request should find room. */
const KEPT_SHARE = 0.35
/** An idle child holds some 100 MB. */
const IDLE_MS = 60_000
/** One at rest does nothing, unless it has been taken over. */
const REST_WATCH_MS = 250

export type PoolOptions = {
  script: string
  /** Most children at a time; they are started when they are needed. */
  size: number
  /** Wall time of one request, in milliseconds. */
  timeoutMs: number
  memoryBytes: number
  /** Absolute folders that children cannot look into. */
  hiddenFolders: readonly string[]
  /** Absolute; where children get folders of their own. That of the system unless said; best on the disk of what is lent. */
  folder?: string | undefined
  log: Log
}

/** A child with a folder of its own. `of`: whose bytes it has had; undefined as long as it has had none. */
export type Seat<Request, Response> = {
  child: Child<Request, Response>
  folder: string
  of: string | undefined
  requests: number
  /** Ends its rest. */
  rouse: (() => void) | undefined
}

export type Seats<Request, Response> = {
  /** Has a child work that has had no bytes but those of `of`. At most as many at a time as the pool has. */
  use(of: string, work: (seat: Seat<Request, Response>) => Promise<Outcome<Response>>): Promise<Outcome<Response>>
  close(): void
}

/**
 * Children, kept for the next request of the same while they are sound. Where another has its turn one is ended and one
 * begins anew; so that nobody waits for that, a fresh one is kept ready from then on, beside those that the pool has.
 */
export function createSeats<Request extends object, Response>(
  options: PoolOptions,
  sandbox: Sandbox,
): Seats<Request, Response> {
  const idle = createIdle<Request, Response>(options.memoryBytes)
  const busy = new Set<Seat<Request, Response>>()
  let isOpening = false

  const open = () => openSeat<Request, Response>(options, sandbox)
  const prepare = async () => {
    if (isOpening || idle.has(isFresh)) return
    isOpening = true
    try {
      idle.keep(await open())
    } catch {
      // Whoever needs one starts it, and is told why that does not go.
    } finally {
      isOpening = false
    }
  }
  const take = async (of: string): Promise<Seat<Request, Response>> => {
    for (let gone = idle.take(isGone); gone !== undefined; gone = idle.take(isGone)) end(gone)
    const own = idle.take((seat) => seat.of === of)
    if (own !== undefined) return own
    const strangers = idle.count((seat) => !isFresh(seat))
    const fresh = idle.take(isFresh)
    if (busy.size + strangers >= options.size) {
      const longest = idle.take((seat) => !isFresh(seat))
      if (longest !== undefined) end(longest)
    }
    const seat = fresh ?? (await open())
    if (strangers > 0 || fresh !== undefined) void prepare()
    return seat
  }
  return {
    async use(of, work) {
      const seat = await take(of)
      busy.add(seat)
      seat.of = of
      seat.requests++
      let isSound = false
      try {
        const outcome = await work(seat)
        isSound = outcome.ok
        return outcome
      } finally {
        busy.delete(seat)
        if (!isSound || isSpent(seat, options.memoryBytes)) end(seat)
        else idle.keep(seat)
      }
    },
    close() {
      idle.close()
      for (const seat of busy) end(seat)
    },
  }
}

async function openSeat<Request extends object, Response>(
  options: PoolOptions,
  sandbox: Sandbox,
): Promise<Seat<Request, Response>> {
  const folder = await makeSeat(options.folder)
  try {
    const child = startChild<Request, Response>({ ...options, sandbox, seat: folder })
    return { child, folder, of: undefined, requests: 0, rouse: undefined }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

const isSpent = ({ child, requests }: Seat<never, unknown>, memoryBytes: number): boolean =>
  !child.isAlive || requests >= REQUESTS_PER_CHILD || (heldBytes(child.pid ?? 0) ?? 0) > memoryBytes * KEPT_SHARE

/** Those at rest, in the order in which they came to it; none stays long, and none may take more than one at work. */
function createIdle<Request, Response>(memoryBytes: number) {
  type Own = Seat<Request, Response>
  const idle: Own[] = []
  let isClosed = false
  const remove = (place: number): Own | undefined => {
    const [seat] = place < 0 ? [] : idle.splice(place, 1)
    seat?.rouse?.()
    return seat
  }
  return {
    keep(seat: Own) {
      if (isClosed) return end(seat)
      seat.rouse = watchRest(seat, memoryBytes, () => {
        if (remove(idle.indexOf(seat)) !== undefined) end(seat)
      })
      idle.push(seat)
    },
    /** The one of these that has rested the longest. */
    take: (isWanted: (seat: Own) => boolean): Own | undefined => remove(idle.findIndex(isWanted)),
    has: (isWanted: (seat: Own) => boolean): boolean => idle.some(isWanted),
    count: (isWanted: (seat: Own) => boolean): number => idle.filter(isWanted).length,
    close() {
      isClosed = true
      for (const seat of idle.splice(0)) {
        seat.rouse?.()
        end(seat)
      }
    },
  }
}

/** Calls `over` when it has rested for long enough, or takes what it should not. */
function watchRest({ child, folder }: Seat<never, unknown>, memoryBytes: number, over: () => void): () => void {
  const pid = child.pid ?? 0
  const timer = setTimeout(over, IDLE_MS).unref()
  const unwatchMemory = watchMemory(pid, memoryBytes, over, REST_WATCH_MS)
  const unwatchRoom = watchRoom({ folder: join(folder, 'out'), mostBytes: ROOM_BYTES }, pid, over)
  return () => {
    clearTimeout(timer)
    unwatchMemory()
    unwatchRoom()
  }
}

function end({ child, folder }: Seat<never, unknown>): void {
  child.kill()
  void close(folder, () => child.end())
}

const isFresh = ({ of }: { of: string | undefined }): boolean => of === undefined
const isGone = ({ child }: { child: { readonly isAlive: boolean } }): boolean => !child.isAlive
