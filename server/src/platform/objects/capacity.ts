import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { newObjectKey } from './object-key.ts'
import type { ObjectStore } from './object-store.ts'

/** What is free on the disk that a store keeps its files on, and how large it is; undefined where there is none to be asked. */
export async function capacityOf(
  store: Pick<ObjectStore, 'localPath'>,
): Promise<{ freeBytes: number; totalBytes: number } | undefined> {
  const path = store.localPath(newObjectKey('files', 'originals', 'bin'))
  // The folder of this month may not be there yet.
  for (
    let folder = path && dirname(path);
    folder !== undefined && folder !== dirname(folder);
    folder = dirname(folder)
  ) {
    const found = await statfs(folder).catch(() => undefined)
    if (found !== undefined) return { freeBytes: found.bavail * found.bsize, totalBytes: found.blocks * found.bsize }
  }
  return undefined
}
