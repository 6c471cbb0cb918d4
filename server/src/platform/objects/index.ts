export { openDiskStore } from './disk.ts'
export { newObjectKey, type ObjectFamily, type ObjectRole } from './object-key.ts'
export {
  ObjectMissing,
  type ByteRange,
  type KeyAbout,
  type ObjectFacts,
  type ObjectOwner,
  type ObjectStore,
  type StagedBytes,
  type Staging,
  type StagingPlan,
} from './object-store.ts'
