import { join } from 'node:path'
import { wroteMore, type Outcome, type RunOptions } from './child.ts'
import { isOverfull, ROOM_BYTES, type Room } from './room.ts'
import { findSandbox, type Sandbox } from './sandbox.ts'
import { keepFiles, lend, takeBack, type At, type Lent } from './seat.ts'
import { createSeats, type PoolOptions, type Seat } from './seats.ts'

export type { Outcome, RunOptions } from './child.ts'
export type { At, Lent } from './seat.ts'
export type { PoolOptions } from './seats.ts'

/** Child processes that do one request each at a time, within limits. */
export type ProcessPool<Request, Response> = {
  /**
   * Waits for a child, and for its response.
   *
   * @param request  made for where the child finds what is lent to it
   * @param options  the wall time of the pool unless said; `of`: whose bytes these are
   * @throws whatever the signal was aborted with; the child is killed then
   */
  run(request: Request | ((at: At) => Request), signal: AbortSignal, options: PoolRun): Promise<Outcome<Response>>
  /** Whether children can reach no network and cannot look into the hidden folders. */
  readonly isClosed: boolean
  /** Whether children see no files of this machine but programs and what is lent to them. */
  readonly isWalled: boolean
  close(): void
}

/**
 * `of`: whose bytes these are. A child that has had a file of one never gets one of another: it may have been taken over.
 * `lent`: the one file that the child is to read and the folder that it is to write to; no others may be seen by it.
 */
type PoolRun = Partial<Omit<RunOptions, 'room'>> & { of: string; lent?: Lent }

export function createProcessPool<Request extends object, Response>(
  options: PoolOptions,
): ProcessPool<Request, Response> {
  const sandbox: Sandbox = findSandbox(options.hiddenFolders, options.log)
  const seats = createSeats<Request, Response>(options, sandbox)
  const waiting: (() => void)[] = []
  let taken = 0

  const converse = async (seat: Seat<Request, Response>, request: Asked<Request>, run: Run) => {
    const { signal, of: _of, lent = {}, ...limits } = run
    const at = sandbox.isWalled
      ? await lend(seat.folder, lent, () => seat.child.end())
      : { reads: lent.reads ?? '', writes: lent.writes ?? '' }
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
    else if (sandbox.isWalled) await takeBack(seat.folder, lent, () => seat.child.end())
    else if (lent.writes !== undefined) await keepFiles(lent.writes)
    return outcome
  }

  return {
    async run(request, signal, run) {
      while (taken >= options.size) {
        const turn = Promise.withResolvers<void>()
        waiting.push(turn.resolve)
        await turn.promise
      }
      taken++
      try {
        signal.throwIfAborted() // while it waited; no child is ended for it
        return await seats.use(run.of, (seat) => converse(seat, request, { ...run, signal }))
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
