import { spawn, type ChildProcess } from 'node:child_process'
import type { Embedded } from './embedded.ts'
import { dyingWithParent } from './processes.ts'

/** One line for the person at the terminal or in the journal. */
export type Say = (text: string) => void

/** Something that is started again whenever it ends, until it is stopped. */
export type Kept = {
  /** @param graceMs  how long it may take to end by itself */
  readonly stop: (graceMs: number) => Promise<void>
  /** Ends it now; it comes back when it was not told to stop. */
  readonly kill: () => void
}

const SOON_MS = 100
const LONGEST_DELAY_MS = 30_000
/** What ran this long had come up: its end is a new story, whatever ended it. */
const WELL_AFTER_MS = 2000
/** So often it is started again at once; then the pauses double, beginning with a second. */
const SOON_TIMES = 3

/** Pauses between attempts: told when a thing dies again and again as it starts, but never at an end. */
export function backOff(name: string, say: Say): (ranMs: number, why: string) => number {
  let failures = 0
  return (ranMs, why) => {
    failures = ranMs > WELL_AFTER_MS ? 1 : failures + 1
    const delayMs =
      failures <= SOON_TIMES ? SOON_MS : Math.min(LONGEST_DELAY_MS, 1000 * 2 ** (failures - SOON_TIMES - 1))
    const again = `That was time ${failures} in a row; trying again in ${delayMs / 1000} s.`
    say(`The ${name} ended (${why}). ${failures <= SOON_TIMES ? 'Starting it again.' : again}`)
    return delayMs
  }
}

export type ChildOptions = {
  readonly name: string
  /** Arguments to Node. */
  readonly args: readonly string[]
  /** Asked at every start. */
  readonly env: () => NodeJS.ProcessEnv
  readonly onMessage: (message: unknown) => void
  readonly say: Say
}

/**
 * Keeps a process of this program running.
 *
 * It has a process group of its own, so that Ctrl-C is the supervisor's to pass on, and a channel to notice by that the
 * supervisor is gone; where the system can do it, it is also killed with it.
 */
export function keepChild(options: ChildOptions): Kept {
  const delay = backOff(options.name, options.say)
  let child: ChildProcess | undefined
  let timer: NodeJS.Timeout | undefined
  let isStopping = false

  const start = () => {
    const startedAt = Date.now()
    const [file, ...args] = dyingWithParent('KILL', [process.execPath, ...options.args])
    const started = spawn(file as string, args, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: options.env(),
      detached: true,
    })
    child = started
    started.on('message', options.onMessage)
    started.on('error', (error) => options.say(`The ${options.name}: ${error.message}`))
    started.on('close', (code, signal) => {
      child = undefined
      if (!isStopping) timer = setTimeout(start, delay(Date.now() - startedAt, signal ?? `exit code ${code}`))
    })
  }

  const stop = async (graceMs: number) => {
    isStopping = true
    clearTimeout(timer)
    const ending = child
    if (ending === undefined) return
    const closed = new Promise((resolve) => ending.once('close', resolve))
    ending.kill('SIGTERM')
    const killer = setTimeout(() => {
      options.say(`The ${options.name} did not end within ${graceMs / 1000} s and is killed.`)
      ending.kill('SIGKILL')
    }, graceMs)
    await closed
    clearTimeout(killer)
  }

  start()
  return { stop, kill: () => child?.kill('SIGKILL') }
}

/** A process of this program that has one thing to do, and is not started again. */
export function runOnce(args: readonly string[], env: NodeJS.ProcessEnv): Kept {
  const [file, ...rest] = dyingWithParent('KILL', [process.execPath, ...args])
  const child = spawn(file as string, rest, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], env, detached: true })
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()).once('error', () => resolve()))
  const kill = () => void child.kill('SIGKILL')
  return { stop: () => (kill(), closed), kill }
}

/**
 * A process of this program that somebody waits for.
 *
 * @returns what it said
 * @throws Error with what it said when it did not end well
 */
export function runToEnd(args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const [file, ...rest] = dyingWithParent('KILL', [process.execPath, ...args])
  return new Promise((resolve, reject) => {
    const child = spawn(file as string, rest, { stdio: ['ignore', 'pipe', 'pipe'], env, detached: true })
    let words = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (words += text))
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve(words) : reject(new Error(words.trim()))))
  })
}

/** PostgreSQL, kept running. */
export type KeptPostgres = { readonly url: () => string; readonly stop: (how?: 'now') => Promise<void> }

/**
 * @param start    starts PostgreSQL
 * @param onMoved  called when it came back at another address, because its port had been taken meanwhile
 * @throws Error of the first start
 */
export async function keepPostgres(
  start: () => Promise<Embedded>,
  onMoved: () => void,
  say: Say,
): Promise<KeptPostgres> {
  const delay = backOff('PostgreSQL', say)
  let isStopping = false
  let current = await start()
  const watch = (startedAt: number) =>
    void current.ended.then((words) => (isStopping ? undefined : restart(Date.now() - startedAt, words)))

  const restart = async (ranMs: number, words: string): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, delay(ranMs, lastLine(words))))
    if (isStopping) return
    const startedAt = Date.now()
    try {
      const before = current.url
      current = await start()
      if (isStopping) return await current.stop()
      if (current.url !== before) onMoved()
      watch(startedAt)
    } catch (error) {
      await restart(Date.now() - startedAt, (error as Error).message)
    }
  }

  watch(Date.now())
  const stop = (how?: 'now') => {
    isStopping = true
    return current.stop(how)
  }
  return { url: () => current.url, stop }
}

const lastLine = (words: string) => words.trim().split('\n').at(-1) ?? ''
