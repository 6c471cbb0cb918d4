export { crashPoint, type CrashPoint } from './crash-point.ts'
export { openDiskStore } from './disk.ts'
export { newObjectKey, type ObjectFamily, type ObjectRole } from './object-key.ts'
export {
  ObjectExists,
  ObjectMissing,
  type ByteRange,
  type ObjectFacts,
  type ObjectStore,
  type StagedBytes,
  type Staging,
} from './object-store.ts'
