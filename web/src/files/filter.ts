import type { File, FileFilter } from '@trove/contract/files'

/** What a listing lists: an organization's files that match. */
export type ListingFilter = FileFilter & { organizationId: string }

/** One string for one filter, whatever the order of its members. */
export function filterKey({ organizationId, kind, name, trashed, folderId }: ListingFilter): string {
  return JSON.stringify([organizationId, kind ?? '', name ?? '', trashed ?? false, folderId ?? ''])
}

/** The part that the server filters by. */
export function fileFilterOf({ kind, name, trashed, folderId }: ListingFilter): FileFilter {
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(name === undefined || name === '' ? {} : { name }),
    ...(trashed === true ? { trashed } : {}),
    ...(folderId === undefined ? {} : { folderId }),
  }
}

/** Whether a file is still where the filter looks, as far as the file itself tells. */
export function staysIn({ trashed, folderId }: ListingFilter, file: Pick<File, 'trashedAt' | 'folderId'>): boolean {
  if ((file.trashedAt !== undefined) !== (trashed === true)) return false
  // A file tells its folder to those only who may change it.
  return folderId === undefined || file.folderId === undefined || file.folderId === folderId
}
