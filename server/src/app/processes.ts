import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Whether a process with this id lives, whoever it belongs to. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * When a process began, as an opaque word that differs between two processes that had the same id.
 *
 * @returns undefined when there is no such process
 */
export function startOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return startByPs(pid)
  try {
    // The name, in parentheses, may hold spaces: count from the last one. The 22nd field is ticks since the boot (proc(5)).
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (state === 'Z' || state === 'X') return undefined
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[18]}`
  } catch {
    return undefined
  }
}

function startByPs(pid: number): string | undefined {
  return ps(pid, 'lstart=')
}

/** The command line of a process, or undefined when there is none. */
export function commandOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return ps(pid, 'command=')
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
  } catch {
    return undefined
  }
}

function ps(pid: number, field: string): string | undefined {
  try {
    return execFileSync('ps', ['-o', field, '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return undefined
  }
}

/** Resolves to true when `condition` holds, to false when it did not within `withinMs`. */
export async function eventually(condition: () => boolean | Promise<boolean>, withinMs: number): Promise<boolean> {
  const end = Date.now() + withinMs
  while (!(await condition())) {
    if (Date.now() > end) return false
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  return true
}

let canDieWithParent: boolean | undefined

/**
 * The command that runs `command` so that the system signals it when this process ends, however it ends.
 * Linux with util-linux only; elsewhere the command as it is.
 */
export function dyingWithParent(signal: 'INT' | 'KILL', command: readonly string[]): readonly string[] {
  canDieWithParent ??=
    process.platform === 'linux' && spawnSync('setpriv', ['--pdeathsig=INT', '--', 'true']).status === 0
  return canDieWithParent ? ['setpriv', `--pdeathsig=${signal}`, '--', ...command] : command
}
