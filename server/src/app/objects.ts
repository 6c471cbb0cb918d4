import { pathToFileURL } from 'node:url'
import { openDiskStore, type ObjectStore } from '../platform/objects/index.ts'
import { layered, type Layers } from '../platform/objects/layered.ts'
import type { StorageConfig } from './config-values.ts'
import type { Config } from './config.ts'

export type OpenStorage = {
  /** What the rooms see. */
  objects: ObjectStore
  /** The stores that lie below it, for what moves bytes from one to another. */
  layers: Layers
}

/** Opens the object store that the configuration names, with everything that lies between it and the rooms. */
export async function openStorage(
  config: Pick<Config, 'storage' | 'coldStorage' | 'oldStorage'>,
): Promise<OpenStorage> {
  const [hot, cold, old] = await Promise.all([
    openDriver(config.storage),
    config.coldStorage && openDriver(config.coldStorage),
    config.oldStorage && openDriver(config.oldStorage),
  ])
  const layers = { hot, cold, old }
  return { objects: layered(layers), layers }
}

/** One store by itself. */
export function openDriver(storage: StorageConfig): Promise<ObjectStore> {
  return openDiskStore(storage.folder)
}

/** The name of a place, without the secrets that open it: the same each time for the same one. */
export const placeOf = (storage: StorageConfig): string => pathToFileURL(storage.folder).href
