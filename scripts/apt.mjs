// Installs what tests need on Debian and its kin. Needs nothing but Node.
import { spawnSync } from 'node:child_process'

/** Whether the package, or all of several, is there now; false where this user may not, or there is no apt. */
export function aptInstall(names, words) {
  const prefix = administrator()
  if (prefix === undefined || spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status !== 0) return false
  console.log(words)
  const install = ['install', '-y', '--no-install-recommends', ...[names].flat()]
  if (apt(prefix, install)) return true
  apt(prefix, ['update'])
  return apt(prefix, install)
}

function administrator() {
  if (process.getuid?.() === 0) return []
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n'] : undefined
}

function apt(prefix, args) {
  const quiet = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', '-o', 'DPkg::Lock::Timeout=300']
  const [file, ...rest] = [...prefix, ...quiet, ...args]
  return spawnSync(file, rest, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0
}
