import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { ObjectMissing, type ObjectStore } from '../../platform/objects/index.ts'

/**
 * Gives `work` a file to read an object from: the object itself where the store keeps files, else a copy for as long
 * as `work` takes.
 *
 * @throws ObjectMissing
 */
export async function withLocalFile<T>(
  objects: ObjectStore,
  key: string,
  work: (path: string) => Promise<T>,
): Promise<T> {
  const path = objects.localPath(key)
  if (path !== undefined) {
    if ((await objects.head(key)) === undefined) throw new ObjectMissing(key)
    return work(path)
  }
  const folder = await mkdtemp(join(tmpdir(), 'trove-original-'))
  try {
    const copy = join(folder, 'original')
    await pipeline(await objects.get(key), createWriteStream(copy))
    return await work(copy)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
