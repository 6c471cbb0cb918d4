import { pathToFileURL } from 'node:url'
import { createKeyRing, requireMasterKeys } from '../domain/storage/index.ts'
import type { Db } from '../platform/db/index.ts'
import { framed, openDiskStore, type ObjectStore } from '../platform/objects/index.ts'
import { layered, type Layers } from '../platform/objects/layered.ts'
import type { Config } from './config.ts'
import type { StorageConfig } from './storage-url.ts'

export type OpenStorage = {
  /** What the rooms see. */
  objects: ObjectStore
  /** The stores that lie below it, for what moves bytes from one to another. */
  layers: Layers
}

/**
 * Opens the object store that the configuration names, with everything that lies between it and the rooms.
 *
 * @throws Error in plain words when what is stored is encrypted under a master key that is not given
 */
export async function openStorage(
  config: Pick<Config, 'storage' | 'coldStorage' | 'oldStorage' | 'encryption' | 'compresses'>,
  db: Db,
): Promise<OpenStorage> {
  await requireMasterKeys(db, config.encryption)
  const [hot, cold, old] = await Promise.all([
    openDriver(config.storage),
    config.coldStorage && openDriver(config.coldStorage),
    config.oldStorage && openDriver(config.oldStorage),
  ])
  const layers = { hot, cold, old }
  const keys = createKeyRing(db, config.encryption)
  return { objects: framed(layered(layers), { keys, packs: config.compresses }), layers }
}

/** One store by itself. */
export async function openDriver(storage: StorageConfig): Promise<ObjectStore> {
  if (storage.kind === 'disk') return openDiskStore(storage.folder)
  // The client of S3 is large, and most installations never need it.
  const { openS3Store } = await import('../platform/objects/s3.ts')
  return openS3Store(storage)
}

/** The name of a place, without the secrets that open it: the same each time for the same one. */
export const placeOf = (storage: StorageConfig): string =>
  storage.kind === 'disk'
    ? pathToFileURL(storage.folder).href
    : `${storage.endpoint ?? 's3:'}/${storage.bucket}/${storage.prefix}`
