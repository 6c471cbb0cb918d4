import type { File, FileFilter } from '@trove/contract/files'

/** What a listing lists: an organization's files that match. */
export type ListingFilter = FileFilter & { organizationId: string }

/** One string for one filter, whatever the order of its members. */
export function filterKey(filter: ListingFilter): string {
  const { organizationId } = filter
  return JSON.stringify([
    organizationId,
    ...Object.entries(fileFilterOf(filter)).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  ])
}

/** The part that the server filters by: members that say nothing are left out. */
export function fileFilterOf({ organizationId: _organizationId, ...filter }: ListingFilter): FileFilter {
  return Object.fromEntries(
    Object.entries(filter).filter(([, value]) => value !== undefined && value !== '' && value !== false),
  )
}

/** Whether a file is still where the filter looks, as far as the file itself tells. */
export function staysIn({ trashed, folderId }: ListingFilter, file: Pick<File, 'trashedAt' | 'folderId'>): boolean {
  if ((file.trashedAt !== undefined) !== (trashed === true)) return false
  // A file tells its folder to those only who may change it.
  return folderId === undefined || file.folderId === undefined || file.folderId === folderId
}
