import { spawnSync } from 'node:child_process'
import type { Log } from '../platform.ts'

/** Puts what is needed in front of a command so that it runs with less than this process has. */
export type Sandbox = {
  wrap(command: readonly string[]): readonly string[]
  /** Whether the command can reach no network and cannot look into the hidden folders. */
  isClosed: boolean
}

/** Mounts an empty folder over each of the `$1` folders that follow, then becomes the rest. */
const HIDE =
  'n=$1; shift; while [ "$n" -gt 0 ]; do if [ -d "$1" ]; then mount -t tmpfs -o ro,size=4k none "$1" || exit 1; fi; shift; n=$((n - 1)); done; exec "$@"'

/** Killed with whoever started it, whatever way that ends; and without any capability that root had. */
const DIE_WITH_PARENT = ['setpriv', '--pdeathsig=KILL']
const POWERLESS = [...DIE_WITH_PARENT, '--bounding-set=-all', '--inh-caps=-all', '--no-new-privs']

/**
 * The strictest sandbox that works on this machine: a namespace without network in which `hiddenFolders` are empty,
 * as root or by user namespaces; else only dying with the parent; else nothing. What is missing is logged, once.
 */
export function findSandbox(hiddenFolders: readonly string[], log: Log): Sandbox {
  const hide = ['sh', '-c', HIDE, 'sh', String(hiddenFolders.length), ...hiddenFolders]
  const closed = [
    ['unshare', '-n', '-m', '--', ...hide, ...POWERLESS, '--'],
    ['unshare', '-r', '-n', '-m', '--', ...hide, ...POWERLESS, '--'],
  ].find(works)
  if (closed !== undefined) return { wrap: (command) => [...closed, ...command], isClosed: true }

  log.warn(
    {},
    'this machine does not let media processes be cut off from the network and the secrets: that protection is off',
  )
  const mortal = [...DIE_WITH_PARENT, '--']
  return { wrap: works(mortal) ? (command) => [...mortal, ...command] : (command) => command, isClosed: false }
}

function works([file = '', ...args]: readonly string[]): boolean {
  return spawnSync(file, [...args, 'true'], { stdio: 'ignore', timeout: 5_000 }).status === 0
}
