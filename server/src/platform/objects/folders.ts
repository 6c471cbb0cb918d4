import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Flushes folders, so that the names in them survive a loss of power. Callers that ask while a flush of the same
 * folder is under way share the next one: many small files cost one flush, not one each.
 */
export function createFolderFlush(): (folder: string) => Promise<void> {
  const running = new Map<string, { now: Promise<void>; next?: Promise<void> }>()

  const begin = (folder: string): Promise<void> => {
    const now = flush(folder).finally(() => {
      if (running.get(folder)?.now === now) running.delete(folder)
    })
    running.set(folder, { now })
    return now
  }

  return (folder) => {
    const current = running.get(folder)
    if (current === undefined) return begin(folder)
    // A flush that has begun may have missed the caller's name; the one after it cannot.
    const again = () => begin(folder)
    return (current.next ??= current.now.then(again, again))
  }
}

async function flush(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Makes folders that survive a loss of power: each is made and the folders above it are flushed, once in the life of
 * the process. What another process made may not have been flushed before it died, so it is flushed again.
 */
export function createFolderMaker(
  root: string,
  flushFolder: (folder: string) => Promise<void>,
): (folder: string) => Promise<void> {
  const durable = new Set<string>([root])
  return async (folder) => {
    if (durable.has(folder)) return
    await mkdir(folder, { recursive: true, mode: 0o700 })
    for (let made = folder; made.length > root.length; made = dirname(made)) await flushFolder(dirname(made))
    durable.add(folder)
  }
}
