import { spawn, type ChildProcess } from 'node:child_process'
import { Socket } from 'node:net'
import { setPriority } from 'node:os'
import { CHANNEL_FD } from './asked.ts'
import { openChannel, type Channel } from './channel.ts'
import { untilEnded, watchMemory, withDescendants } from './memory.ts'
import { watchRoom, type Room } from './room.ts'
import type { Sandbox } from './sandbox.ts'

const NICENESS = 10
const LAST_WORDS_BYTES = 4096
const LAST_WORDS_MS = 200
/** `unshare` cannot die of SIGKILL as what it waited for has, and complains of that instead. */
const OF_THE_WALL = /^unshare: sigprocmask/m
/** Killed somewhat below its limit, for what it takes between two looks. */
const MEMORY_MARGIN = 0.9
const MIB = 1024 ** 2

export type ChildOptions = {
  /** A module that answers requests by `answerRequests`. */
  script: string
  memoryBytes: number
  sandbox: Sandbox
  /** Absolute; the child's own. */
  seat: string
}

/** How long a request may take, and who hears how far it has come. */
export type RunOptions = {
  timeoutMs: number
  /** It is taken to hang when it has told no progress for so long; not asked unless said. */
  quietMs?: number | undefined
  /** The share that is done, from 0 to 1. */
  onProgress?: ((share: number) => void) | undefined
  /** What is an answer to the request; anything unless said. A child that answers otherwise is no longer its own. */
  accepts?: ((answer: unknown) => boolean) | undefined
  /** Where it may write, and how much. */
  room?: Room | undefined
}

/** How a request ended: with what the child sent back, or with the child, for a reason in plain words. */
export type Outcome<Response> = { ok: true; value: Response } | { ok: false; failure: string; lastWords: string }

export type Child<Request, Response> = {
  /**
   * One request at a time. After an outcome that is not ok, or a rejection, the child is gone.
   *
   * Rejects when the signal is aborted, and when the child was killed by somebody else: that says nothing about the request.
   */
  run(request: Request, signal: AbortSignal, options: RunOptions): Promise<Outcome<Response>>
  readonly isAlive: boolean
  readonly pid: number | undefined
  kill(): void
  /** Kills it and all that it has started, and waits until none of them can write any more. */
  end(): Promise<void>
}

/**
 * A process of its own, that this one does not wait for when it wants to end. It dies with this one: its channel
 * closes, and where the system can, it is killed. It knows nothing of this one's environment.
 */
export function startChild<Request extends object, Response>(options: ChildOptions): Child<Request, Response> {
  const { script, sandbox, seat, memoryBytes } = options
  const heapMib = Math.round(memoryBytes / MIB / 4)
  const command = [process.execPath, `--max-old-space-size=${heapMib}`, '--no-warnings', script]
  const [file = '', ...args] = sandbox.wrap(command, seat)
  const child = spawn(file, args, {
    env: environment(),
    // The one pipe beside is ours, and not Node's own: by that one a child could end whoever started it.
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let isReady = false
  const lastWords = keepLastWords(child)
  // Heard from the start: where there are no more handles of files it is told at once, and there are no pipes then.
  const ended = hearEnd(child, () => isReady, lastWords)
  const pipe = (child.stdio as ChildProcess['stdio'] | undefined)?.[CHANNEL_FD] ?? new Socket()
  let isAlive = true
  const ready = Promise.withResolvers<void>()
  const broken = Promise.withResolvers<string>()
  let all: number[] = []
  const kill = () => {
    // What it has started is told with it only as long as it runs.
    if (all.length === 0 && child.pid !== undefined) all = withDescendants(child.pid)
    isAlive = false
    child.kill('SIGKILL')
  }
  const channel = openChannel(pipe as Socket, {
    ready() {
      isReady = true
      ready.resolve()
    },
    broken(why) {
      broken.resolve(why)
      kill()
    },
  })
  void ended.then(() => (isAlive = false))
  lower(child)
  rest(child, channel)
  const own = { child, kill, channel, memoryBytes, ready: ready.promise, broken: broken.promise, ended, lastWords }
  return {
    run: (request, signal, limits) => converse(own, request, { ...limits, signal }),
    get isAlive() {
      return isAlive && channel.isOpen
    },
    pid: child.pid,
    kill,
    async end() {
      kill()
      await untilEnded(all)
    },
  }
}

/** `fault`: whatever it was working on had no part in it. */
type End = { fault: string | undefined }
type Own = {
  child: ChildProcess
  kill: () => void
  channel: Channel
  memoryBytes: number
  ready: Promise<void>
  /** Why nothing is read of it any more; it has been killed then. */
  broken: Promise<string>
  ended: Promise<End>
  lastWords: () => string
}

/** The first that is told of its end; a child that could not be started has an `error` before its `close`. */
function hearEnd(child: ChildProcess, isReady: () => boolean, lastWords: () => string): Promise<End> {
  const { promise, resolve } = Promise.withResolvers<End>()
  const unstarted = (why: string) => ({ fault: `a media process cannot be started: ${why}` })
  const tell = () => {
    if (child.signalCode === 'SIGKILL' || (child.exitCode === 1 && OF_THE_WALL.test(lastWords())))
      return resolve({ fault: 'a media process was killed from outside' })
    resolve(isReady() ? { fault: undefined } : unstarted(lastWords()))
  }
  child.once('error', (error) => resolve(unstarted(error.message)))
  // Its last words may come a little after its end.
  child.once('exit', () => setTimeout(tell, LAST_WORDS_MS).unref())
  child.once('close', tell)
  return promise
}

async function converse<Response>(
  own: Own,
  request: object,
  options: RunOptions & { signal: AbortSignal },
): Promise<Outcome<Response>> {
  const { child, kill, channel, memoryBytes, ready, broken, ended, lastWords } = own
  const { signal, timeoutMs, quietMs, onProgress, accepts = () => true, room } = options
  signal.throwIfAborted()
  const outcome = Promise.withResolvers<Outcome<Response>>()
  outcome.promise.catch(() => undefined) // heard below, unless it comes before the child is ready
  const end = (failure: string) => {
    outcome.resolve({ ok: false, failure, lastWords: lastWords() })
    kill()
  }
  const listener = {
    onProgress(share: number) {
      quiet?.refresh()
      onProgress?.(share)
    },
    onAnswer(value: unknown) {
      if (believes(accepts, value)) outcome.resolve({ ok: true, value: value as Response })
      else end('its decoder crashed: it answered something else')
    },
  }
  const onAbort = () => {
    outcome.reject(signal.reason as Error)
    kill()
  }
  const timer = setTimeout(() => end(`it took longer than ${Math.round(timeoutMs / 1000)} s`), timeoutMs)
  const quiet =
    quietMs === undefined
      ? undefined
      : setTimeout(() => end(`it made no progress for ${Math.round(quietMs / 1000)} s`), quietMs)
  const unwatch = watchMemory(child.pid ?? 0, memoryBytes * MEMORY_MARGIN, () =>
    end(`it needed more than ${Math.round(memoryBytes / MIB)} MB of memory`),
  )
  const unwatchRoom = room && watchRoom(room, child.pid ?? 0, () => end(wroteMore(room)))
  signal.addEventListener('abort', onAbort, { once: true })
  child.ref()
  channel.ref()
  try {
    void broken.then((why) => end(`its decoder crashed: ${why}`))
    void ended.then(({ fault }) =>
      fault === undefined ? end('its decoder crashed') : outcome.reject(new Error(fault)),
    )
    await Promise.race([ready, outcome.promise])
    channel.ask(request, listener)
    return await outcome.promise
  } finally {
    clearTimeout(timer)
    clearTimeout(quiet)
    unwatch()
    unwatchRoom?.()
    signal.removeEventListener('abort', onAbort)
    channel.hangUp()
    rest(child, channel)
  }
}

/** How it is told that a child filled the room it had. */
export const wroteMore = ({ mostBytes }: Room): string => `it wrote more than ${Math.round(mostBytes / MIB)} MB`

/** What it asks of an answer may go deeper than the stack does, where the answer was made for that. */
function believes(accepts: (answer: unknown) => boolean, answer: unknown): boolean {
  try {
    return accepts(answer)
  } catch {
    return false
  }
}

/** A child at rest keeps nobody from ending. */
function rest(child: ChildProcess, channel: Channel): void {
  child.unref()
  channel.unref()
}

function lower(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) setPriority(child.pid, NICENESS)
  } catch {
    // It has ended already, which whoever asks it will be told.
  }
}

function keepLastWords(child: ChildProcess): () => string {
  let words = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-LAST_WORDS_BYTES)))
  // A pipe would keep this process from ending as long as the child lives.
  if (child.stderr && 'unref' in child.stderr) (child.stderr as unknown as { unref(): void }).unref()
  return () => words.trim()
}

/** Nothing secret: what programs need to find one another, and what keeps decoders small. */
const environment = (): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  LANG: 'C.UTF-8',
  MALLOC_ARENA_MAX: '2',
  ...(process.env['NODE_COMPILE_CACHE'] && { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] }),
})
