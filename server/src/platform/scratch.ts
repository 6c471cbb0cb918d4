import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

const HOST =
  hostname()
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .slice(0, 40) || 'host'
const NAME = /^([a-z0-9]+)-(\d+)-/

/**
 * Gives `work` a folder of its own for files that hold what people stored: nobody else can look into it, and it is gone
 * afterwards. What a process leaves that is killed is removed by `emptyScratch`.
 *
 * @param folder  absolute; made when it is not there
 */
export async function withScratch<T>(folder: string, work: (scratch: string) => Promise<T>): Promise<T> {
  const scratch = await makeScratch(folder)
  try {
    return await work(scratch)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** A folder of this process, which the caller removes. @param folder  absolute; made when it is not there */
export async function makeScratch(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return mkdtemp(join(folder, `${HOST}-${process.pid}-`))
}

/** Removes what processes of this machine left that are no more. Asked at the start, before this one makes any. */
export async function emptyScratch(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const [, host, pid] = NAME.exec(name) ?? []
    if (host !== HOST || (Number(pid) !== process.pid && isAlive(Number(pid)))) continue
    await rm(join(folder, name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
