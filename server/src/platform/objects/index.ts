export { openDiskStore } from './disk.ts'
export { newObjectKey, type ObjectFamily, type ObjectRole } from './object-key.ts'
export {
  ObjectMissing,
  type ByteRange,
  type ObjectFacts,
  type ObjectStore,
  type StagedBytes,
  type Staging,
} from './object-store.ts'
