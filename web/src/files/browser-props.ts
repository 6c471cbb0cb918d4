import type { ReactNode } from 'react'
import type { Layout } from './layouts.ts'
import type { Listing, ListingView } from './listing/listing.ts'

export type FileBrowserProps = {
  listing: Listing
  view: ListingView
  layout: Layout
  /** The file that has the keyboard, from the address. */
  at: string | undefined
  onAt: (fileId: string) => void
  onOpen: (fileId: string) => void
  onPanel: () => void
  /** Shown instead of the grid when nothing matches. */
  empty: ReactNode
  /** Said by assistive technology. */
  label: string
}
