import { randomUUID } from 'node:crypto'
import { mkdir, open, opendir, unlink, type FileHandle } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { createDiskStaging, facts, settle, unlessMissing, writeAll, type DiskParts } from './disk-staging.ts'
import { createFolderFlush, createFolderMaker } from './folders.ts'
import { newObjectKey, requireKey } from './object-key.ts'
import { ObjectMissing, type ObjectStore } from './object-store.ts'
import { orStorageFull } from './storage-full.ts'

/** Reads of 1 MiB cost half the CPU of the stream's own 64 KiB. */
const READ_BYTES = 1024 * 1024
const SMALLEST_READ_BYTES = 4 * 1024
const STAGING = '.staging'

/**
 * Objects as files below one folder.
 *
 * Configuration. The folder must be on one file system that renames atomically and keeps its promises about fsync;
 * bytes on their way in are in `.staging` below it, so that finishing an upload is a rename.
 *
 * Implementation. `photos/2026/05/originals/<uuid>.jpg` is a file of that path. A new object is written under another
 * name, flushed, renamed, and its folder flushed: a loss of power leaves it whole or absent.
 *
 * Considerations. Whoever may write to the folder may change objects; nothing else than Trove should. Deleting while
 * somebody reads is harmless on POSIX file systems: the reader keeps the file open.
 */
export async function openDiskStore(folder: string): Promise<ObjectStore> {
  const root = resolve(folder)
  const flushFolder = createFolderFlush()
  const parts: DiskParts = {
    pathOf: (key) => join(root, requireKey(key)),
    stagingFolder: join(root, STAGING),
    flushFolder,
    makeFolder: createFolderMaker(root, flushFolder),
  }
  await mkdir(root, { recursive: true, mode: 0o700 })
  await flushFolder(dirname(root))
  await parts.makeFolder(parts.stagingFolder)

  return {
    newKey: ({ family, role, extension }) => newObjectKey(family, role, extension),

    async put(key, body) {
      const to = parts.pathOf(key)
      const draft = join(parts.stagingFolder, `put-${randomUUID()}`)
      try {
        await writeDraft(draft, body)
        return await settle(parts, draft, to, key)
      } catch (error) {
        await unlink(draft).catch(unlessMissing)
        throw error
      }
    },

    async get(key, range) {
      const handle = await open(parts.pathOf(key), 'r').catch(unlessMissing)
      if (handle === undefined) throw new ObjectMissing(key)
      const sizeBytes = await sizeOf(handle)
      return handle.createReadStream({
        // The stream takes this much memory at once: for something small, that would be most of the work.
        highWaterMark: Math.min(READ_BYTES, Math.max(sizeBytes, SMALLEST_READ_BYTES)),
        // An object does not grow: its end need not be looked for.
        ...(sizeBytes > 0 && { end: sizeBytes - 1 }),
        ...(range && { start: range.first, end: range.last }),
      })
    },

    head: (key) => facts(parts.pathOf(key)),

    async delete(keys) {
      for (const key of keys) await unlink(parts.pathOf(key)).catch(unlessMissing)
    },

    list: () => listBelow(root, ''),
    localPath: (key) => parts.pathOf(key),
    staging: createDiskStaging(parts),
    close: async () => undefined,
  }
}

async function sizeOf(handle: FileHandle): Promise<number> {
  try {
    return (await handle.stat()).size
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function writeDraft(path: string, body: AsyncIterable<Uint8Array>): Promise<void> {
  const handle = await open(path, 'wx', 0o600).catch((error: unknown) => {
    throw orStorageFull(error)
  })
  try {
    let position = 0
    for await (const bytes of body) {
      await writeAll(handle, bytes, position)
      position += bytes.length
    }
    await handle.sync()
  } catch (error) {
    throw orStorageFull(error)
  } finally {
    await handle.close()
    if (body instanceof Readable) body.destroy()
  }
}

async function* listBelow(root: string, prefix: string): ReturnType<ObjectStore['list']> {
  const folder = await opendir(join(root, prefix)).catch(unlessMissing)
  if (folder === undefined) return
  for await (const entry of folder) {
    if (prefix === '' && entry.name === STAGING) continue
    const key = prefix + entry.name
    if (entry.isDirectory()) yield* listBelow(root, `${key}/`)
    const found = entry.isFile() ? await facts(join(root, key)) : undefined
    if (found !== undefined) yield { key, ...found }
  }
}
