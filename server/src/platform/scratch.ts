import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

const HOST =
  hostname()
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .slice(0, 40) || 'host'
const NAME = /^([a-z0-9]+)-(\d+)-/
/** Nothing works that long on one file. */
const FORSAKEN_MS = 48 * 3_600_000

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

/**
 * Removes what processes of this machine left that are no more, and what nobody has touched for two days: a container
 * that is made anew is another machine each time. Asked at the start, before this process makes any.
 */
export async function emptyScratch(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const [, host, pid] = NAME.exec(name) ?? []
    if (host === undefined) continue
    const isLeft = host === HOST && (Number(pid) === process.pid || !isAlive(Number(pid)))
    const path = join(folder, name)
    if (isLeft || (await isForsaken(path))) await rm(path, { recursive: true, force: true })
  }
}

const isForsaken = (path: string): Promise<boolean> =>
  stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > FORSAKEN_MS,
    () => false,
  )

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
