import { constants, rmSync } from 'node:fs'
import { copyFile, cp, link, lstat, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeScratch } from '../scratch.ts'
import { INSIDE } from './sandbox.ts'

/** The one file that a child is to read, and the folder that is to get what it writes; both absolute. */
export type Lent = { reads?: string; writes?: string; /** Of all that it may write. */ mostBytes?: number }
/** Where the child finds them; empty when it was lent none. */
export type At = { reads: string; writes: string }

const NAME = 'original'

/** A folder of a child's own: what is put into `in` it can read, and what it writes is found in `out`. */
export async function makeSeat(folder = tmpdir()): Promise<string> {
  const seat = await makeScratch(folder)
  for (const name of ['in', 'out', 'root']) await mkdir(join(seat, name))
  return seat
}

/**
 * Puts what is lent where the child can see it. A file is linked, so that nothing is copied, and what the child sees it
 * cannot write; only a file of another disk is copied.
 */
export async function lend(seat: string, { reads, writes }: Lent): Promise<At> {
  for (const name of ['in', 'out']) await empty(join(seat, name))
  if (reads !== undefined) {
    const place = join(seat, 'in', NAME)
    await link(reads, place).catch(() => copyFile(reads, place, constants.COPYFILE_FICLONE))
  }
  return {
    reads: reads === undefined ? '' : `${INSIDE.in}/${NAME}`,
    writes: writes === undefined ? '' : INSIDE.out,
  }
}

/**
 * Brings the files that the child wrote to whoever lent the folder for it. Files alone: a symbolic link that a decoder
 * was made to leave there would be followed by whoever reads it.
 */
export async function takeBack(seat: string, { writes }: Lent): Promise<void> {
  await empty(join(seat, 'in'))
  const out = join(seat, 'out')
  for (const name of await readdir(out)) {
    const from = join(out, name)
    if (writes === undefined || !(await lstat(from)).isFile()) continue
    await rename(from, join(writes, name)).catch(() => cp(from, join(writes, name)))
  }
  await empty(out)
}

/** The same where a child writes to that folder itself. */
export async function keepFiles(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const at = join(folder, name)
    if (!(await lstat(at)).isFile()) await rm(at, { recursive: true, force: true })
  }
}

async function empty(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true })
}

/** A child that was just killed may hold it a moment longer; what stays is removed at the next start. */
export function close(seat: string): void {
  try {
    rmSync(seat, { recursive: true, force: true })
  } catch {
    // See above.
  }
}
