import type { Log } from '../platform.ts'
import { startChild, type Child, type Outcome, type RunOptions } from './child.ts'
import { residentBytes } from './memory.ts'
import { findSandbox, type Sandbox } from './sandbox.ts'

export type { Outcome, ProgressMessage, RunOptions } from './child.ts'

/** A child is replaced after so many requests, in case its decoders leak. */
const REQUESTS_PER_CHILD = 200
/** And when it keeps more than this share of its limit: the next request should find room. */
const KEPT_SHARE = 0.35
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
  log: Log
}

/** Child processes that do one request each at a time, within limits. */
export type ProcessPool<Request, Response> = {
  /**
   * Waits for a child, and for its response.
   *
   * @param limits  the wall time of the pool unless said
   * @throws whatever the signal was aborted with; the child is killed then
   */
  run(request: Request, signal: AbortSignal, limits?: Partial<RunOptions>): Promise<Outcome<Response>>
  /** Whether children can reach no network and cannot look into the hidden folders. */
  readonly isClosed: boolean
  close(): void
}

type Seat<Request, Response> = { child: Child<Request, Response>; requests: number; retire: NodeJS.Timeout | undefined }

export function createProcessPool<Request extends object, Response>(
  options: PoolOptions,
): ProcessPool<Request, Response> {
  const sandbox: Sandbox = findSandbox(options.hiddenFolders, options.log)
  const idle: Seat<Request, Response>[] = []
  const busy = new Set<Seat<Request, Response>>()
  const waiting: (() => void)[] = []

  const takeSeat = (): Seat<Request, Response> => {
    for (let seat = idle.pop(); seat !== undefined; seat = idle.pop()) {
      clearTimeout(seat.retire)
      if (seat.child.isAlive) return seat
    }
    return { child: startChild({ ...options, sandbox }), requests: 0, retire: undefined }
  }
  const leaveSeat = (seat: Seat<Request, Response>) => {
    busy.delete(seat)
    if (isSpent(seat)) seat.child.kill()
    else {
      seat.retire = setTimeout(() => seat.child.kill(), IDLE_MS).unref()
      idle.push(seat)
    }
    waiting.shift()?.()
  }

  const isSpent = ({ child, requests }: Seat<Request, Response>): boolean =>
    !child.isAlive ||
    requests >= REQUESTS_PER_CHILD ||
    (residentBytes(child.pid ?? 0) ?? 0) > options.memoryBytes * KEPT_SHARE

  return {
    async run(request, signal, limits = {}) {
      while (busy.size >= options.size) {
        const turn = Promise.withResolvers<void>()
        waiting.push(turn.resolve)
        await turn.promise
      }
      const seat = takeSeat()
      busy.add(seat)
      seat.requests++
      let isSound = false
      try {
        const outcome = await seat.child.run(request, signal, { timeoutMs: options.timeoutMs, ...limits })
        if (!outcome.ok)
          options.log.info(
            { failure: outcome.failure, lastWords: outcome.lastWords },
            'a media process has ended early',
          )
        isSound = outcome.ok
        return outcome
      } finally {
        if (!isSound) seat.child.kill()
        leaveSeat(seat)
      }
    },
    isClosed: sandbox.isClosed,
    close() {
      for (const seat of [...idle, ...busy]) seat.child.kill()
      idle.length = 0
    },
  }
}
