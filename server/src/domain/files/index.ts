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
export { requireContent } from './content.ts'
export { getFile, listFiles } from './operations.ts'
export { fileTasks } from './tasks.ts'
export { conditions as conditionsOf, type Scope } from './listing/matching/store.ts'
