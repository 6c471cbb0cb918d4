export type { DeliverableKey } from './deliverable.ts'
export { openDiskStore } from './disk.ts'
export { framed } from './framed.ts'
export type { KeyRing } from './key-ring.ts'
export { isFramedKey, newObjectKey, type ObjectFamily, type ObjectRole } from './object-key.ts'
export {
  ObjectMissing,
  type ByteRange,
  type Direct,
  type DirectParts,
  type KeyAbout,
  type ObjectFacts,
  type ObjectOwner,
  type ObjectStore,
  type SignedAnswer,
  type SignedPart,
  type StagedBytes,
  type Staging,
  type StagingPlan,
} from './object-store.ts'
