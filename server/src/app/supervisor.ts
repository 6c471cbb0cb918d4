import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Config } from './config.ts'
import { startEmbedded } from './embedded.ts'
import { keepChild, keepPostgres, runOnce, runToEnd, type Kept, type KeptPostgres, type Say } from './keep.ts'
import { lockFolder, type Lock } from './lock.ts'
import { ensurePage } from './page.ts'
import { ROOT } from './root.ts'
import { stopRequests, type StopRequests } from './signals.ts'

/** Together under the 15 s that a stop may take: the children, then PostgreSQL, which needs a moment. */
const CHILDREN_GRACE_MS = 10_000
const MAIN = join(ROOT, 'server', 'src', 'main.ts')

const say: Say = (text) => console.log(text)

/** What is running, so that a stop at any moment of the start ends exactly that. */
type Running = { postgres?: Promise<KeptPostgres>; children: Kept[]; starting: AbortController }

/**
 * Runs all of Trove on this machine until it is asked to stop: PostgreSQL (unless there is one already), migrations,
 * the page, then API and worker, each of which is started again when it dies.
 *
 * @returns the exit code
 * @throws FolderInUse, or Error in plain text when a part cannot be started
 */
export async function supervise(config: Config, options: { readonly isDemo: boolean }): Promise<number> {
  const lock = lockFolder(config.dataFolder, expectedAddress(config))
  const running: Running = { children: [], starting: new AbortController() }
  const stop = stopRequests()
  try {
    await Promise.race([start(config, options, lock, running), stop.first])
    await stop.first
    say('Stopping…')
    return await endAll(running, stop)
  } catch (error) {
    await endAll(running, stop)
    throw error
  } finally {
    lock.release()
  }
}

async function start(
  config: Config,
  options: { readonly isDemo: boolean },
  lock: Lock,
  running: Running,
): Promise<void> {
  await checkPort(config)
  const pageBuilt = ensurePage(say, running.starting.signal)
  const env = await startDatabase(config, running)
  await pageBuilt
  running.starting.signal.throwIfAborted()

  let isDemoWanted = options.isDemo
  const child = (name: string, onMessage: (message: unknown) => void) =>
    running.children.push(keepChild({ name, args: [MAIN, name], env, onMessage, say }))
  child('api', (message) => {
    if (!isListening(message)) return
    lock.setAddress(message.address)
    say(`Trove is at ${config.settings.publicUrl?.href ?? message.address}`)
    // Filled beside the running program; it tells its own story, and its end is nobody's fault.
    if (isDemoWanted) running.children.push(runOnce([MAIN, 'demo'], { ...env(), TROVE_ADDRESS: message.address }))
    isDemoWanted = false
  })
  child('worker', () => {})
}

/** @returns the environment of the children, which names the database as it is now */
async function startDatabase(config: Config, running: Running): Promise<() => NodeJS.ProcessEnv> {
  running.starting.signal.throwIfAborted()
  let env: () => NodeJS.ProcessEnv = () => process.env
  if (config.databaseUrl === undefined) {
    const moved = () => running.children.forEach((kept) => kept.kill())
    running.postgres = keepPostgres(
      () => startEmbedded({ dataFolder: config.dataFolder, onWords: (line) => say(`PostgreSQL: ${line}`) }),
      moved,
      say,
    )
    const postgres = await running.postgres
    env = () => ({ ...process.env, DATABASE_URL: postgres.url() })
  }
  // In a process of its own: what it needs for a moment would stay in the memory of this one, which runs for months.
  const words = await runToEnd([MAIN, 'migrate'], env())
  if (words.startsWith('Applied')) say('The database is up to date.')
  return env
}

async function endAll(running: Running, stop: StopRequests): Promise<number> {
  running.starting.abort()
  const gentle = (async () => {
    await Promise.all(running.children.map((kept) => kept.stop(CHILDREN_GRACE_MS)))
    await (await running.postgres?.catch(() => undefined))?.stop()
    return 0
  })()
  const forced = stop.again.then(async () => {
    say('Stopping at once.')
    running.children.forEach((kept) => kept.kill())
    await (await running.postgres?.catch(() => undefined))?.stop('now')
    return 1
  })
  return Promise.race([gentle, forced])
}

type Listening = { readonly kind: 'listening'; readonly address: string }

const isListening = (message: unknown): message is Listening =>
  typeof message === 'object' && message !== null && (message as Partial<Listening>).kind === 'listening'

function expectedAddress({ host, port }: Config): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Asked before anything is started, so that the answer is the first line and not the tenth. */
function checkPort({ host, port }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => reject(new Error(portFault(error.code, host, port))))
    probe.listen(port, host, () => probe.close(() => resolve()))
  })
}

function portFault(code: string | undefined, host: string, port: number): string {
  if (code === 'EADDRINUSE')
    return `Port ${port} on ${host} is taken by another program. Choose another, such as PORT=${port + 1} npm start.`
  if (code === 'EACCES')
    return `Port ${port} may not be opened by this user. Choose one above 1023, such as PORT=8080 npm start.`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `HOST=${host} is not an address of this machine; 127.0.0.1 or 0.0.0.0 would be.`
  return `Trove cannot listen on ${host}:${port} (${code}).`
}
