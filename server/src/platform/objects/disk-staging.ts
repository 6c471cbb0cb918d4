import { constants } from 'node:fs'
import { open, opendir, rename, stat, unlink, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { crashPoint } from './crash-point.ts'
import { ObjectExists, ObjectMissing, type ObjectFacts, type StagedBytes, type Staging } from './object-store.ts'
import { orStorageFull } from './storage-full.ts'

const ID = /^[a-z0-9-]{1,80}$/

export type DiskParts = {
  /** Absolute path of a key. @throws RangeError */
  pathOf(key: string): string
  /** Absolute path of the folder of staged bytes. */
  stagingFolder: string
  flushFolder(folder: string): Promise<void>
  /** Makes a folder whose own name is flushed. */
  makeFolder(folder: string): Promise<void>
}

export function createDiskStaging(parts: DiskParts): Staging {
  const { stagingFolder, pathOf } = parts
  const stagedPath = (id: string) => {
    if (!ID.test(id)) throw new RangeError(`not a staging id: ${JSON.stringify(id)}`)
    return join(stagingFolder, id)
  }

  return {
    readsBack: true,
    wholeBytes: 1024 * 1024,

    async open(id) {
      const path = stagedPath(id)
      const handle = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600).catch(thrownAs(orStorageFull))
      const { size } = await handle.stat()
      return stagedBytes(handle, size, size === 0 ? () => parts.flushFolder(stagingFolder) : undefined)
    },

    async sizeBytes(id) {
      return (await facts(stagedPath(id)))?.sizeBytes
    },

    async adopt(id, key) {
      const staged = stagedPath(id)
      const path = pathOf(key)
      if (await flushFile(staged)) {
        crashPoint('flush')
        return settle(parts, staged, path, key)
      }
      const found = await facts(path)
      if (found === undefined) throw new ObjectMissing(key)
      await parts.makeFolder(dirname(path))
      await parts.flushFolder(dirname(path))
      return found
    },

    async remove(id) {
      await unlink(stagedPath(id)).catch(unlessMissing)
    },

    async *list() {
      for await (const entry of await opendir(stagingFolder)) {
        const found = entry.isFile() ? await facts(join(stagingFolder, entry.name)) : undefined
        if (found !== undefined) yield { id: entry.name, ...found }
      }
    },
  }
}

/** The last two steps of making an object of a flushed file. @throws ObjectExists, storage-full */
export async function settle(parts: DiskParts, from: string, to: string, key: string): Promise<ObjectFacts> {
  if ((await facts(to)) !== undefined) throw new ObjectExists(key)
  const folder = dirname(to)
  await parts.makeFolder(folder).catch(thrownAs(orStorageFull))
  await rename(from, to).catch(thrownAs(orStorageFull))
  crashPoint('rename')
  await parts.flushFolder(folder)
  crashPoint('folder-flush')
  const found = await facts(to)
  if (found === undefined) throw new ObjectMissing(key)
  return found
}

export async function facts(path: string): Promise<ObjectFacts | undefined> {
  const found = await stat(path).catch(unlessMissing)
  return found?.isFile() ? { sizeBytes: found.size, modifiedAt: found.mtime } : undefined
}

/** Writes every byte: the system may take fewer than it is given. @throws storage-full */
export async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let written = 0
  while (written < bytes.length) {
    const { bytesWritten } = await handle
      .write(bytes, written, bytes.length - written, position + written)
      .catch(thrownAs(orStorageFull))
    written += bytesWritten
  }
}

/** @param flushName  given for a file that may be new: its name is flushed once, with the first bytes */
function stagedBytes(handle: FileHandle, sizeBytes: number, flushName: (() => Promise<void>) | undefined): StagedBytes {
  let nameIsFlushed = flushName === undefined
  return {
    sizeBytes,
    write: (bytes, position) => writeAll(handle, bytes, position),

    async read(bytes, position) {
      let read = 0
      while (read < bytes.length) {
        const { bytesRead } = await handle.read(bytes, read, bytes.length - read, position + read)
        if (bytesRead === 0) break
        read += bytesRead
      }
      return read
    },

    async flush() {
      await handle.datasync().catch(thrownAs(orStorageFull))
      if (nameIsFlushed) return
      await flushName?.()
      nameIsFlushed = true
    },

    truncate: (size) => handle.truncate(size),
    close: () => handle.close(),
  }
}

/** False when there is no such file. */
async function flushFile(path: string): Promise<boolean> {
  const handle = await open(path, 'r+').catch(unlessMissing)
  if (handle === undefined) return false
  try {
    await handle.sync().catch(thrownAs(orStorageFull))
  } finally {
    await handle.close()
  }
  return true
}

const thrownAs =
  (toThrown: (error: unknown) => unknown) =>
  (error: unknown): never => {
    throw toThrown(error)
  }

export function unlessMissing(error: unknown): undefined {
  const code = (error as NodeJS.ErrnoException).code
  if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error
}
