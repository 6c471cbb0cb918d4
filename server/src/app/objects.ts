import { openDiskStore, type ObjectStore } from '../platform/objects/index.ts'
import type { Config } from './config.ts'

/** Opens the object store that the configuration names, with everything that lies between it and the rooms. */
export function openObjects(config: Pick<Config, 'storage'>): Promise<ObjectStore> {
  return openDiskStore(config.storage.folder)
}
