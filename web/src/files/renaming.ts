import type { File } from '@trove/contract/files'
import { createStore } from '../lib/store.ts'

/** The file whose name is being edited, wherever that was asked for. */
export const renaming = createStore<Pick<File, 'id' | 'name' | 'organizationId'> | undefined>(undefined)
