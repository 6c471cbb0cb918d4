import { constants, readdirSync, rmdirSync, unlinkSync } from 'node:fs'
import {
  copyFile as copyWhole,
  cp,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  rename,
  rm,
  unlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeScratch } from '../scratch.ts'
import { INSIDE } from './sandbox.ts'

/** The one file that a child is to read, and the folder that is to get what it writes; both absolute. */
export type Lent = { reads?: string; writes?: string; /** Of all that it may write. */ mostBytes?: number }
/** Where the child finds them; empty when it was lent none. */
export type At = { reads: string; writes: string }

/** Ends a child, and waits until it can write no more. */
type End = () => Promise<void>

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
 *
 * @param end  ends the child, which has then left behind what it should not have
 */
export async function lend(seat: string, { reads, writes }: Lent, end: End): Promise<At> {
  for (const name of ['in', 'out']) await empty(join(seat, name), end)
  if (reads !== undefined) {
    const place = join(seat, 'in', NAME)
    await link(reads, place).catch(() => copyWhole(reads, place, constants.COPYFILE_FICLONE))
  }
  return {
    reads: reads === undefined ? '' : `${INSIDE.in}/${NAME}`,
    writes: writes === undefined ? '' : INSIDE.out,
  }
}

/** Larger files than this are not copied: the child is ended first, and they are moved. */
const COPIED_BYTES = 8 * 1024 ** 2

/**
 * Brings the files that the child wrote to whoever lent the folder for it. Files alone: a symbolic link that a decoder
 * was made to leave there would be followed by whoever reads it. And none that it still has a hand in: it may write to
 * what it has open, and put something else in place of what was looked at.
 */
export async function takeBack(seat: string, { writes }: Lent, end: End): Promise<void> {
  await empty(join(seat, 'in'), end)
  const out = join(seat, 'out')
  const names = await readdir(out)
  if (writes !== undefined && names.length > 0) {
    const sizes = await Promise.all(names.map(async (name) => (await lstat(join(out, name))).size))
    const isMuch = sizes.reduce((sum, size) => sum + size, 0) > COPIED_BYTES
    if (isMuch) await end()
    let most = COPIED_BYTES
    for (const name of names)
      if (isMuch) await move(join(out, name), join(writes, name))
      else most -= await copyFile(join(out, name), join(writes, name), most)
  }
  await empty(out, end)
}

async function move(from: string, to: string): Promise<void> {
  if (!(await lstat(from)).isFile()) return
  await rename(from, to).catch(() => cp(from, to))
}

/** What it was opened as, and of one that has grown meanwhile at most so many bytes. Returns how many. */
async function copyFile(from: string, to: string, most: number): Promise<number> {
  const source = await open(from, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    () => undefined,
  )
  if (source === undefined) return 0
  try {
    const stat = await source.stat()
    if (!stat.isFile()) return 0
    const bytes = Buffer.alloc(Math.min(stat.size, most))
    let length = 0
    for (let read = 1; read > 0 && length < bytes.length; length += read)
      read = (await source.read(bytes, length, bytes.length - length, length)).bytesRead
    await writeFile(to, bytes.subarray(0, length), { flag: 'wx', mode: 0o600 })
    return length
  } finally {
    await source.close()
  }
}

/** The same where a child writes to that folder itself. */
export async function keepFiles(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const at = join(folder, name)
    if (!(await lstat(at)).isFile()) await rm(at, { recursive: true, force: true })
  }
}

/**
 * Removes what is in a folder that a child writes to. Name by name, for that follows no link; folders only once the child
 * has ended, or it could put a link to others' files in the place of one that is being emptied.
 */
async function empty(folder: string, end: End): Promise<void> {
  const left: string[] = []
  for (const name of await readdir(folder))
    await unlink(join(folder, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') left.push(name)
    })
  if (left.length > 0) await end()
  for (const name of left) await rm(join(folder, name), { recursive: true, force: true })
}

/** At once, but for what a child has left there that only just was killed: the promise is for that. */
export async function close(seat: string, end: End): Promise<void> {
  if (isRemoved(seat)) return
  await end().catch(() => undefined)
  await rm(seat, { recursive: true, force: true }).catch(() => undefined) // else at the next start
}

/** The same as above: nothing that follows a link. */
function isRemoved(seat: string): boolean {
  try {
    for (const name of ['in', 'out'])
      for (const each of readdirSync(join(seat, name))) unlinkSync(join(seat, name, each))
    for (const name of ['in', 'out', 'root', '']) rmdirSync(join(seat, name))
    return true
  } catch {
    return false
  }
}
