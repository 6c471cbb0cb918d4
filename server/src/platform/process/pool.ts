import { join } from 'node:path'
import type { Log } from '../platform.ts'
import { isOverfull, type Room } from './room.ts'
import { close, keepFiles, lend, makeSeat, takeBack, type At, type Lent } from './seat.ts'
import { startChild, wroteMore, type Child, type Outcome, type RunOptions } from './child.ts'
import { residentBytes } from './memory.ts'
import { findSandbox, type Sandbox } from './sandbox.ts'

export type { Outcome, ProgressMessage, RunOptions } from './child.ts'
export type { At, Lent } from './seat.ts'

/** A child is replaced after so many requests, in case its decoders leak. */
const REQUESTS_PER_CHILD = 200
/** And when it keeps more than this share of its limit: the next request should find room. */
const KEPT_SHARE = 0.35
/** What a child may write unless more is said. */
const ROOM_BYTES = 1024 ** 3
/** An idle child holds some 100 MB. */
const IDLE_MS = 60_000

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

/** Child processes that do one request each at a time, within limits. */
export type ProcessPool<Request, Response> = {
  /**
   * Waits for a child, and for its response.
   *
   * @param request  made for where the child finds what is lent to it
   * @param options  the wall time of the pool unless said
   * @throws whatever the signal was aborted with; the child is killed then
   */
  run(request: Request | ((at: At) => Request), signal: AbortSignal, options?: PoolRun): Promise<Outcome<Response>>
  /** Whether children can reach no network and cannot look into the hidden folders. */
  readonly isClosed: boolean
  /** Whether children see no files of this machine but programs and what is lent to them. */
  readonly isWalled: boolean
  close(): void
}

/** `lent`: the one file that the child is to read and the folder that it is to write to; no others may be seen by it. */
type PoolRun = Partial<Omit<RunOptions, 'room'>> & { lent?: Lent }

type Seat<Request, Response> = {
  child: Child<Request, Response>
  folder: string
  requests: number
  retire: NodeJS.Timeout | undefined
}

export function createProcessPool<Request extends object, Response>(
  options: PoolOptions,
): ProcessPool<Request, Response> {
  const sandbox: Sandbox = findSandbox(options.hiddenFolders, options.log)
  const seats = createSeats<Request, Response>(options, sandbox)
  const waiting: (() => void)[] = []
  let taken = 0

  const converse = async (seat: Seat<Request, Response>, request: Asked<Request>, run: Run) => {
    const { signal, lent = {}, ...limits } = run
    const at = sandbox.isWalled ? await lend(seat.folder, lent) : { reads: lent.reads ?? '', writes: lent.writes ?? '' }
    const asked = typeof request === 'function' ? request(at) : request
    const folder = sandbox.isWalled ? join(seat.folder, 'out') : lent.writes
    const room: Room | undefined =
      folder === undefined ? undefined : { folder, mostBytes: lent.mostBytes ?? ROOM_BYTES }
    const outcome = await seat.child.run(asked, signal, { timeoutMs: options.timeoutMs, ...limits, room })
    // Between two looks, and by a hole in a file, a child may write more than the disk has.
    if (outcome.ok && room !== undefined && (await isOverfull(room)))
      return { ok: false as const, failure: wroteMore(room), lastWords: '' }
    if (!outcome.ok)
      options.log.info({ failure: outcome.failure, lastWords: outcome.lastWords }, 'a media process has ended early')
    else if (sandbox.isWalled) await takeBack(seat.folder, lent)
    else if (lent.writes !== undefined) await keepFiles(lent.writes)
    return outcome
  }

  return {
    async run(request, signal, run = {}) {
      while (taken >= options.size) {
        const turn = Promise.withResolvers<void>()
        waiting.push(turn.resolve)
        await turn.promise
      }
      taken++
      try {
        return await seats.use((seat) => converse(seat, request, { ...run, signal }))
      } finally {
        taken--
        waiting.shift()?.()
      }
    },
    isClosed: sandbox.isClosed,
    isWalled: sandbox.isWalled,
    close: () => seats.close(),
  }
}

type Asked<Request> = Request | ((at: At) => Request)
type Run = PoolRun & { signal: AbortSignal }

/** Children and their folders, kept for the next request while they are sound. */
function createSeats<Request extends object, Response>(options: PoolOptions, sandbox: Sandbox) {
  const idle: Seat<Request, Response>[] = []
  const busy = new Set<Seat<Request, Response>>()

  const end = ({ child, folder }: Seat<Request, Response>) => {
    child.kill()
    close(folder)
  }
  const take = async (): Promise<Seat<Request, Response>> => {
    for (let seat = idle.pop(); seat !== undefined; seat = idle.pop()) {
      clearTimeout(seat.retire)
      if (seat.child.isAlive) return seat
      end(seat)
    }
    const folder = await makeSeat(options.folder)
    return { child: startChild({ ...options, sandbox, seat: folder }), folder, requests: 0, retire: undefined }
  }
  const isSpent = ({ child, requests }: Seat<Request, Response>): boolean =>
    !child.isAlive ||
    requests >= REQUESTS_PER_CHILD ||
    (residentBytes(child.pid ?? 0) ?? 0) > options.memoryBytes * KEPT_SHARE

  return {
    async use(work: (seat: Seat<Request, Response>) => Promise<Outcome<Response>>): Promise<Outcome<Response>> {
      const seat = await take()
      busy.add(seat)
      seat.requests++
      let isSound = false
      try {
        const outcome = await work(seat)
        isSound = outcome.ok
        return outcome
      } finally {
        busy.delete(seat)
        if (!isSound || isSpent(seat)) end(seat)
        else {
          seat.retire = setTimeout(() => end(seat), IDLE_MS).unref()
          idle.push(seat)
        }
      }
    },
    close() {
      for (const seat of [...idle, ...busy]) end(seat)
      idle.length = 0
    },
  }
}
