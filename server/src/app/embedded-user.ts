import { execFileSync, spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { dyingWithParent } from './processes.ts'

/** How programs of PostgreSQL are run: it refuses to run as root, so root hands it to somebody else. */
export type Launcher = {
  /** Whose the cluster's folders must be; undefined when they are simply ours. */
  readonly owner: Owner | undefined
  /** The whole command line of a program, which is told to stop (SIGINT) when this process ends. */
  readonly command: (program: string, ...args: readonly string[]) => readonly [string, ...string[]]
}

export type Owner = { readonly uid: number; readonly gid: number }

/**
 * @param folder    an existing folder that the cluster is or will be in
 * @param binaries  the folder of the programs
 * @throws Error in plain text when there is no way
 */
export function chooseLauncher(folder: string, binaries: string): Launcher {
  if (process.getuid?.() !== 0)
    return {
      owner: undefined,
      command: (program, ...args) => dyingWithParent('INT', [program, ...args]) as [string, ...string[]],
    }

  const owner = unprivilegedOwner(folder)
  const plain = asUser(owner, [])
  // A clone or a data folder below a home of mode 0700: the one capability that is missing goes along, and the bit that
  // keeps access(2), by which initdb looks for its neighbours, from ignoring it.
  const entering = asUser(owner, [
    '--securebits=+no_setuid_fixup',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
  ])
  const found = [plain, entering].find((command) => canWork(command, folder, binaries))
  if (found !== undefined) return { owner, command: found }
  throw new Error(
    `PostgreSQL may not run as root, and user ${owner.uid} cannot use ${binaries} and ${folder}. ` +
      'Start Trove as another user, or put both into folders that others may enter; setpriv (util-linux) is needed too.',
  )
}

type Command = Launcher['command']

const asUser =
  (owner: Owner, capabilities: readonly string[]): Command =>
  (program, ...args) => [
    'setpriv',
    `--reuid=${owner.uid}`,
    `--regid=${owner.gid}`,
    '--clear-groups',
    ...capabilities,
    '--pdeathsig=INT',
    '--',
    program,
    ...args,
  ]

function canWork(command: Command, folder: string, binaries: string): boolean {
  const share = join(dirname(binaries), 'share', 'postgresql', 'postgres.bki')
  const question = 'test -x "$1" && test -r "$2" && cd "$3"'
  const [file, ...args] = command('sh', '-c', question, 'sh', join(binaries, 'postgres'), share, folder)
  return spawnSync(file, args, { cwd: '/', stdio: 'ignore' }).status === 0
}

/** Whoever has the folder already; else the system's own user for it, made when it is missing. */
function unprivilegedOwner(folder: string): Owner {
  const { uid, gid } = statSync(folder)
  if (uid !== 0) return { uid, gid }
  return (
    lookUp('postgres') ?? lookUp('trove') ?? createUser('trove') ?? lookUp('nobody') ?? { uid: 65_534, gid: 65_534 }
  )
}

function lookUp(name: string): Owner | undefined {
  try {
    const number = (flag: string) =>
      Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
    return { uid: number('-u'), gid: number('-g') }
  } catch {
    return undefined
  }
}

function createUser(name: string): Owner | undefined {
  const useradd = spawnSync('useradd', [
    '--system',
    '--user-group',
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    name,
  ])
  if (useradd.status !== 0) spawnSync('adduser', ['-S', '-D', '-H', name])
  return lookUp(name)
}
