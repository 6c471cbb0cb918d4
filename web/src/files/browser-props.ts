import type { ReactNode, RefObject } from 'react'
import type { PageDeeds } from './deeds.ts'
import type { Layout } from './layouts.ts'
import type { Listing, ListingView } from './listing/listing.ts'

/** Goes to a file and gives it the keyboard. */
export type BrowserHandle = { goTo: (index: number) => void }

/** How a grid is measured and headed where it is not by the months in which files came. */
export type GridLook = {
  /** Height that rows aim at, in CSS pixels. */
  target: number
  headingHeight: number
  renderHeading: (heading: string) => ReactNode
  scrubLabel: (heading: string) => { tick: string; bubble: string }
  hasStickyHeadings: boolean
  /** Said by assistive technology of the scroll bar. */
  scrubName: string
}

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
  look?: GridLook
  /** For a page that has ways of its own to go somewhere. */
  browserRef?: RefObject<BrowserHandle | null>
  /** The keyboard wants to go above the first row; whether it could. */
  onLeaveTop?: () => boolean
}
