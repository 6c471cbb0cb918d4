import { randomBytes } from 'node:crypto'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive, startOf } from './processes.ts'
import { ensureDataFolder } from './secrets.ts'

/** Who uses a data folder. `startedAt` tells a living holder from a stranger that was given the same process id. */
export type Holder = { readonly pid: number; readonly startedAt: string; readonly address: string }

export type Lock = {
  /** Tells those who find the lock where Trove is. */
  readonly setAddress: (address: string) => void
  readonly release: () => void
}

/** Another Trove uses the data folder. */
export class FolderInUse extends Error {
  readonly holder: Holder
  constructor(folder: string, holder: Holder) {
    super(`Trove is already running on ${folder}: ${holder.address} (process ${holder.pid}).`)
    this.holder = holder
  }
}

/**
 * Takes the data folder for this process, made when missing. What a killed Trove left is taken over.
 *
 * @throws FolderInUse when another process has it and lives
 */
export function lockFolder(dataFolder: string, address: string): Lock {
  ensureDataFolder(dataFolder)
  const path = join(dataFolder, 'trove.pid')
  const mine = { pid: process.pid, startedAt: startOf(process.pid) ?? '' }
  const draft = (holder: Holder) => {
    const name = `${path}.${randomBytes(4).toString('hex')}`
    writeFileSync(name, `${JSON.stringify(holder)}\n`)
    return name
  }
  while (!linked(draft({ ...mine, address }), path)) {
    const holder = holderOf(dataFolder)
    if (holder !== undefined) throw new FolderInUse(dataFolder, holder)
    setAside(path)
  }
  return {
    setAddress: (next) => renameSync(draft({ ...mine, address: next }), path),
    release: () => rmSync(path, { force: true }),
  }
}

/** The living Trove that uses a data folder, if any. */
export function holderOf(dataFolder: string): Holder | undefined {
  const holder = read(join(dataFolder, 'trove.pid'))
  return holder !== undefined && isHeld(holder) ? holder : undefined
}

const isHeld = ({ pid, startedAt }: Holder): boolean => isAlive(pid) && startOf(pid) === startedAt

function read(path: string): Holder | undefined {
  try {
    const { pid, startedAt, address } = JSON.parse(readFileSync(path, 'utf8')) as Record<keyof Holder, unknown>
    return typeof pid === 'number' && pid > 0
      ? { pid, startedAt: String(startedAt), address: String(address) }
      : undefined
  } catch {
    return undefined // absent, or cut short by a power cut: nobody's
  }
}

/** A link appears with its content, and never over another: exactly one of those who try has it. */
function linked(draft: string, path: string): boolean {
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Two who find the same dead lock both come here: the second may have moved the first one's new lock, and puts it back. */
function setAside(path: string): void {
  const aside = `${path}.${randomBytes(4).toString('hex')}`
  try {
    renameSync(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  const moved = read(aside)
  if (moved !== undefined && isHeld(moved)) linked(aside, path)
  else rmSync(aside, { force: true })
}
