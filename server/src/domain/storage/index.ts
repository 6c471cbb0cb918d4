export { dropReferences, hasBlob, recordBlob, release, reserve, settle, type Recorded } from './operations.ts'
export { sweep, type Swept } from './sweep.ts'
export { storageTasks } from './tasks.ts'
