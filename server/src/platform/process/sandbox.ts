import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Log } from '../platform.ts'
import { readableFolders } from './readable.ts'
import { HIDE, WALL } from './walls.ts'

/** Puts what is needed in front of a command so that it runs with less than this process has. */
export type Sandbox = {
  /** @param seat  the folder that is the command's own, with `in` and `out` in it */
  wrap(command: readonly string[], seat: string): readonly string[]
  /** Whether the command can reach no network and cannot look into the hidden folders. */
  isClosed: boolean
  /** Whether it sees no files of this machine but programs, what is in its `in` and, to write, what is in its `out`. */
  isWalled: boolean
}

/** What a walled command calls its own two folders. */
export const INSIDE = { in: '/in', out: '/out' } as const

/** Killed with whoever started it, whatever way that ends; and without any capability that root had. */
const DIE_WITH_PARENT = ['setpriv', '--pdeathsig=KILL']
const POWERLESS = [...DIE_WITH_PARENT, '--bounding-set=-all', '--inh-caps=-all', '--no-new-privs']

/**
 * The strictest sandbox that works on this machine, as root or by user namespaces: one without network, other processes
 * and files; else one without network in which `hiddenFolders` are empty; else only dying with the parent; else nothing.
 * What is missing is logged, once.
 */
export function findSandbox(hiddenFolders: readonly string[], log: Log): Sandbox {
  walled ??= { found: findWalled() }
  if (walled.found !== undefined) return walled.found
  const hide = ['sh', '-c', HIDE, 'sh', String(hiddenFolders.length), ...hiddenFolders]
  const closed = [
    ['unshare', '-n', '-m', '--', ...hide, ...POWERLESS, '--'],
    ['unshare', '-r', '-n', '-m', '--', ...hide, ...POWERLESS, '--'],
  ].find((front) => works([...front, 'true']))
  if (closed !== undefined) {
    log.warn({}, 'this machine does not let media processes be kept from other files: that protection is off')
    return { wrap: (command) => [...closed, ...command], isClosed: true, isWalled: false }
  }

  log.warn(
    {},
    'this machine does not let media processes be cut off from the network and the secrets: that protection is off',
  )
  const mortal = [...DIE_WITH_PARENT, '--']
  const isMortal = works([...mortal, 'true'])
  return {
    wrap: (command) => (isMortal ? [...mortal, ...command] : command),
    isClosed: false,
    isWalled: false,
  }
}

/** Asked of the machine once: it takes a tenth of a second, and stays true. */
let walled: { found: Sandbox | undefined } | undefined

/** Its own processes are all that it sees of others, so that it cannot look into the memory of whoever started it. */
const APART = ['-n', '-m', '-p', '-i', '-f', '--kill-child=KILL', '--']

function findWalled(): Sandbox | undefined {
  const readable = readableFolders()
  const around = (front: readonly string[], seat: string, command: readonly string[]) => [
    ...DIE_WITH_PARENT,
    '--',
    ...front,
    ...['sh', '-c', WALL, 'sh', seat, String(readable.length), ...readable],
    ...[...POWERLESS, '--', ...command],
  ]
  const seat = mkdtempSync(join(tmpdir(), 'trove-walls-'))
  try {
    for (const name of ['in', 'out', 'root']) mkdirSync(join(seat, name))
    const front = [
      ['unshare', ...APART],
      ['unshare', '-r', ...APART],
    ].find((each) => works(around(each, seat, [process.execPath, '--version'])))
    if (front === undefined) return undefined
    return { wrap: (command, at) => around(front, at, command), isClosed: true, isWalled: true }
  } finally {
    rmSync(seat, { recursive: true })
  }
}

function works([file = '', ...args]: readonly string[]): boolean {
  return spawnSync(file, args, { stdio: 'ignore', timeout: 10_000 }).status === 0
}
