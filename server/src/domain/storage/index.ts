export { extendReservation, release, reserve, settle } from './ledger/operations.ts'
export { dropReferences, hasBlob, recordBlob, type Recorded } from './operations.ts'
export {
  deliverableKey,
  isAway,
  isScanClear,
  requireDeliverable,
  requireFetched,
  STRANGER,
  whyNotDeliverable,
  type Deliverable,
  type Recipient,
} from './delivering.ts'
export { standing, uploaderId, type Standing } from './store.ts'
export { destroyKey, keysStatus, requireMasterKeys, rotateKeys } from './keys/operations.ts'
export { createKeyRing, type Encryption } from './keys/ring.ts'
export { recount, recountAndCorrect, type Difference } from './recount/operations.ts'
export { listLostDerived } from './integrity/operations.ts'
export { integrityRoutes } from './integrity/routes.ts'
export { verifyBlobTask } from './integrity/tasks.ts'
export type { Fault } from './integrity/rules.ts'
export { verify, type Verification } from './integrity/running.ts'
export { findOrganization } from './integrity/store.ts'
export { moveObjects, whatIsLeft, type Left, type Moved, type Place } from './migrate/operations.ts'
export { spaceRoutes } from './space/routes.ts'
export { createNotices } from './noticing.ts'
export { sweep, type Swept } from './sweep.ts'
export { thawAll } from './tiers/all.ts'
export { recall } from './tiers/recalling.ts'
export { storageTasks } from './tasks.ts'
