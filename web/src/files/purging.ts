import type { File } from '@trove/contract/files'
import { createStore } from '../lib/store.ts'
import type { Listing } from './listing/listing.ts'

/** Files of the trash that somebody wants to delete for good; while it is set, the dialog is open. */
export const purging = createStore<{ listing: Listing; files: readonly File[] } | undefined>(undefined)
