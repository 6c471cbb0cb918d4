import type { File } from '@trove/contract/files'
import { useStore } from '../../lib/store.ts'
import { filterKey, type ListingFilter } from '../filter.ts'
import { createListing, type Listing } from './listing.ts'

/** So many filters are remembered; going back to one shows it at once. */
const REMEMBERED = 6

const listings = new Map<string, Listing>()

/** Makes a listing of a filter: in the order of its own. */
export type CreateListing = (filter: ListingFilter) => Listing

/** The listing of a filter in an order: the one that is there, or a new one. */
export function listingOf(filter: ListingFilter, create: CreateListing = createListing): Listing {
  const key = `${create === createListing ? '' : create.name}${filterKey(filter)}`
  const listing = listings.get(key) ?? create(filter)
  listings.delete(key)
  listings.set(key, listing)
  for (const [old] of listings) {
    if (listings.size <= REMEMBERED) break
    listings.delete(old)
  }
  return listing
}

export function useListing(filter: ListingFilter, create?: CreateListing) {
  const listing = listingOf(filter, create)
  return { listing, view: useStore(listing.view) }
}

/** Listings of an organization; of all of them when none is named. */
export function openListings(organizationId?: string): Listing[] {
  return [...listings.values()].filter(
    (one) => organizationId === undefined || one.filter.organizationId === organizationId,
  )
}

/** The file wherever a list has it. */
export function listedFile(fileId: string): File | undefined {
  for (const listing of listings.values()) {
    const index = listing.indexOf(fileId)
    const file = index === undefined ? undefined : listing.fileAt(index)
    if (file !== undefined) return file
  }
  return undefined
}

/** When somebody signs out, nothing of theirs stays. */
export function forgetListings(): void {
  listings.clear()
}
