import type { File } from '@trove/contract/files'
import { createStore } from '../lib/store.ts'

/** What an event is to be made of; while it is set, the dialog is open. */
export type Making = {
  organizationId: string
  /** Those that are known already. */
  files?: readonly File[]
  fileIds: readonly string[]
  folderId?: string
  folderName?: string
}
export const making = createStore<Making | undefined>(undefined)

/** So many are looked at before an event is proposed. */
export const MOST_IN_ONE = 500
