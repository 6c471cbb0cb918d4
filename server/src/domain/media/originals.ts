import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { ObjectMissing } from '../../platform/objects/index.ts'
import type { Platform } from '../../platform/platform.ts'
import { withScratch } from '../../platform/scratch.ts'

/**
 * Gives `work` a file to read an object from: the object itself where the store keeps files, else a copy for as long
 * as `work` takes.
 *
 * @throws ObjectMissing
 */
export async function withLocalFile<T>(
  { objects, settings }: Pick<Platform, 'objects' | 'settings'>,
  key: string,
  work: (path: string) => Promise<T>,
): Promise<T> {
  const path = objects.localPath(key)
  if (path !== undefined) {
    if ((await objects.head(key)) === undefined) throw new ObjectMissing(key)
    return work(path)
  }
  return withScratch(settings.temporaryFolder, async (scratch) => {
    const copy = join(scratch, 'original')
    await pipeline(await objects.get(key), createWriteStream(copy, { mode: 0o600 }))
    return work(copy)
  })
}
