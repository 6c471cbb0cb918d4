import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { deletedBytes } from './deleted.ts'

/** A folder, absolute, and how much may be written to it: by what its files say that they hold. */
export type Room = { folder: string; mostBytes: number }

/** What a child may write unless more is said. */
export const ROOM_BYTES = 1024 ** 3

const WATCH_MS = 500
/** A program that makes more than this, or puts one folder into another so often, does not make what it was asked for. */
const MOST_FILES = 20_000
const DEEPEST = 30

/**
 * Whether more is in the folder than may be. A file with holes counts as it will be read, and one that has been deleted
 * as long as the process or one that it has started holds it open.
 */
export async function isOverfull({ folder, mostBytes }: Room, pid?: number): Promise<boolean> {
  let bytes = pid === undefined ? 0 : deletedBytes(pid)
  if (bytes > mostBytes) return true
  let files = 0
  const open = [{ path: folder, depth: 0 }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { path, depth } = next
    if (depth > DEEPEST) return true
    for (const entry of await readdir(path, { withFileTypes: true }).catch(() => [])) {
      const at = join(path, entry.name)
      files++
      if (entry.isDirectory()) open.push({ path: at, depth: depth + 1 })
      // What is gone meanwhile takes no room.
      else bytes += (await lstat(at).catch(() => undefined))?.size ?? 0
      if (bytes > mostBytes || files > MOST_FILES) return true
    }
  }
  return false
}

/** Calls `exceeded` once there is more than may be. The caller stops the watch, which keeps nobody from ending. */
export function watchRoom(room: Room, pid: number, exceeded: () => void): () => void {
  let looking = false
  let isOver = false
  const timer = setInterval(() => {
    if (looking) return
    looking = true
    void isOverfull(room, pid)
      .then((isFull) => isFull && !isOver && exceeded())
      .finally(() => (looking = false))
  }, WATCH_MS).unref()
  return () => {
    isOver = true // a look that has begun says nothing any more
    clearInterval(timer)
  }
}
