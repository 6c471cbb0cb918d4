import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { choosePort, endLeftover, postgresEnvironment, prepareCluster, USER } from './embedded-cluster.ts'
import type { Launcher } from './embedded-user.ts'
import { eventually } from './processes.ts'
import { ensureSecretText } from './secrets.ts'

/** A running PostgreSQL that belongs to this process and ends with it. */
export type Embedded = {
  /** Of a superuser, to the database `trove`. */
  readonly url: string
  readonly pid: number
  /** Resolves when the server has ended, asked to or not, to its last words. */
  readonly ended: Promise<string>
  /** Lets nobody in any more, ends what runs, flushes; `now` leaves the flushing to the next start's recovery. */
  readonly stop: (how?: 'now') => Promise<void>
}

export type EmbeddedOptions = {
  /** The cluster is in `postgres` below it, its password in `secrets`. */
  readonly dataFolder: string
  /** false: nothing survives a power cut; for tests. */
  readonly isDurable?: boolean
  /** One line that PostgreSQL said and that a person should see. */
  readonly onWords?: (line: string) => void
}

const DATABASE = 'trove'
const MIB = 1024 ** 2
/** Recovery after a power cut replays at most max_wal_size, 1 GB: minutes on a slow disk. */
const START_MS = 600_000
/** What somebody's own DROP DATABASE or pg_terminate_backend does to a connection is no news. */
const ASKED_FOR = /terminating connection due to administrator command/
const STILL_IN_USE = /lock file .* already exists|shared memory block .* is still in use/

/**
 * Starts the built-in PostgreSQL, making its cluster on first use. The caller holds the lock on the data folder.
 *
 * @throws Error with what PostgreSQL said, in plain text
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const folder = join(options.dataFolder, 'postgres')
  const password = ensureSecretText(join(options.dataFolder, 'secrets'), 'postgres-password')
  const { launcher, binaries } = await prepareCluster(folder, password)
  const port = await choosePort(join(options.dataFolder, 'postgres-port'))
  const command = launcher.command(
    join(binaries, 'postgres'),
    '-D',
    folder,
    '-p',
    String(port),
    ...settings(options.isDurable ?? true),
  )
  const embedded = await startWhenFree(folder, command, options.onWords)
  const url = urlOf(password, port)
  try {
    await ensureDatabase(url)
  } catch (error) {
    await embedded.stop()
    throw error
  }
  return { ...embedded, url }
}

/** Where the built-in PostgreSQL of this data folder listens when it runs; undefined when it was never started. */
export function embeddedUrl(dataFolder: string): string | undefined {
  const port = join(dataFolder, 'postgres-port')
  if (!existsSync(port)) return undefined
  return urlOf(ensureSecretText(join(dataFolder, 'secrets'), 'postgres-password'), Number(readFileSync(port, 'utf8')))
}

const urlOf = (password: string, port: number) => `postgres://${USER}:${password}@127.0.0.1:${port}/${DATABASE}`

type Server = Omit<Embedded, 'url'>

/** The children of a postmaster that was killed hold its memory for a moment: then trying again is right. */
async function startWhenFree(
  folder: string,
  command: ReturnType<Launcher['command']>,
  onWords?: (line: string) => void,
): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    const server = launch(command, onWords)
    let words: string | undefined
    void server.ended.then((last) => (words = last))
    const isReady = await eventually(() => words !== undefined || isAccepting(folder, server.pid), START_MS)
    if (isReady && words === undefined) return server
    if (words === undefined) await server.stop('now')
    else if (attempt < 20 && STILL_IN_USE.test(words)) {
      await new Promise((resolve) => setTimeout(resolve, 500))
      await endLeftover(folder)
      continue
    }
    throw new Error(`PostgreSQL in ${folder} did not start. It said:\n${words ?? '(nothing)'}`)
  }
}

/** The eighth line of its pid file, which the server writes when it lets people in. */
function isAccepting(folder: string, pid: number): boolean {
  const path = join(folder, 'postmaster.pid')
  if (!existsSync(path)) return false
  const lines = readFileSync(path, 'utf8').split('\n')
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready'
}

/** Detached, so that Ctrl-C in a terminal reaches Trove alone, which then ends PostgreSQL after those who use it. */
function launch([file, ...args]: readonly [string, ...string[]], onWords: (line: string) => void = () => {}): Server {
  const child = spawn(file, args, {
    cwd: '/',
    env: postgresEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  const last: string[] = []
  let isStopping = false
  let rest = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (last.push(line) > 30) last.shift()
      if (!isStopping && /FATAL|PANIC/.test(line) && !ASKED_FOR.test(line)) onWords(line)
    }
  })
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('close', () =>
      resolve([...last, rest].join('\n').trim() || `it ended with ${child.exitCode ?? child.signalCode}`),
    )
  })
  const stop = (how?: 'now') => {
    isStopping = true
    return stopServer(child, ended, how === 'now' ? 'SIGQUIT' : 'SIGINT')
  }
  return { pid: child.pid ?? 0, ended, stop }
}

async function stopServer(child: ChildProcess, ended: Promise<unknown>, signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
  child.kill(signal)
  const immediate = setTimeout(() => child.kill('SIGQUIT'), 8000)
  const killed = setTimeout(() => child.kill('SIGKILL'), 12_000)
  await ended
  clearTimeout(immediate)
  clearTimeout(killed)
}

function settings(isDurable: boolean): string[] {
  const memory = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY)
  const sharedMib = Math.round(Math.min(1024, Math.max(64, memory / MIB / 8)))
  const chosen: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: isDurable ? '100' : '300',
    shared_preload_libraries: 'pg_stat_statements',
    shared_buffers: `${sharedMib}MB`,
    effective_cache_size: `${sharedMib * 4}MB`,
    random_page_cost: '1.1', // disks without heads
    jit: 'off', // our statements are short
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'log', // refusals by constraints are part of the day's work
    log_checkpoints: 'off',
    log_line_prefix: '',
    ...(isDurable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_wal_size: '4GB' }),
  }
  return Object.entries(chosen).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url.replace(/\/[^/]*$/, '/postgres') })
  client.on('error', () => {}) // the query that it breaks says so
  try {
    await client.connect()
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE])
    if (rowCount === 0) await client.query(`create database ${DATABASE}`)
  } catch (error) {
    throw new Error(`The built-in PostgreSQL runs but cannot be used: ${(error as Error).message}`)
  } finally {
    await client.end().catch(() => {})
  }
}
