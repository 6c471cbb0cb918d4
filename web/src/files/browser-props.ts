import type { ReactNode } from 'react'
import type { PageDeeds } from './deeds.ts'
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
  /** Shows all that is known of a file. */
  onDetails: (fileId: string) => void
  /** Shown instead of the grid when nothing matches. */
  empty: ReactNode
  /** Said by assistive technology. */
  label: string
  /** What else the page lets one do with files. */
  deeds: PageDeeds
  /** Above the files, scrolling with them: the folders of a folder. */
  lead?: ReactNode
  /** The keyboard wants to go above the first row; whether it could. */
  onLeaveTop?: () => boolean
}
