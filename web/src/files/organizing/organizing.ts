import { createStore } from '../../lib/store.ts'
import type { Chosen } from '../chosen.ts'
import type { Listing } from '../listing/listing.ts'

/** What is to be done to what is chosen, while somebody says how. */
export type OrganizingDeed = 'tags' | 'description' | 'happened' | 'download'
export type Asked = { deed: OrganizingDeed; listing: Listing; chosen: Chosen; count: number }

export const organizing = createStore<Asked | undefined>(undefined)
