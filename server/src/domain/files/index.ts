export { fileRoutes } from './routes.ts'
export { isOpenTo, requireOpenFolder } from './folders/operations.ts'
export { FILE_NAME_RULE, isFileName } from './rules.ts'
export {
  addFile,
  beginProcessing,
  holdBack,
  purgeFilesOf,
  quarantine,
  release,
  renewMedia,
  reopen,
  settle,
  type Affected,
  type Version,
} from './steps.ts'
export { receiptOf } from './receipts/operations.ts'
export { createMemory, recordDownload, requireContent } from './content.ts'
export { getFile, listFiles } from './operations.ts'
export { conditions as conditionsOf, type Scope } from './listing/matching/store.ts'
export { requireScope } from './listing/scope.ts'
export { isPossible, parseInstant } from './happened/rules.ts'
export { listSaid, type Said } from './happened/store.ts'
export { fileTasks } from './tasks.ts'
export { requireTags, seenBy } from './tags/operations.ts'
export { filesById, requireUsable } from './uses/operations.ts'
export { deleteUses, insertUses, setUseName, type Usable } from './uses/store.ts'
export { colourOf } from './finding/rules.ts'
