import type { FileFilter } from '@trove/contract/files'

/** What a listing lists: an organization's files that match. */
export type ListingFilter = FileFilter & { organizationId: string }

/** One string for one filter, whatever the order of its members. */
export function filterKey({ organizationId, kind, name, trashed }: ListingFilter): string {
  return JSON.stringify([organizationId, kind ?? '', name ?? '', trashed ?? false])
}

/** The part that the server filters by. */
export function fileFilterOf({ kind, name, trashed }: ListingFilter): FileFilter {
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(name === undefined || name === '' ? {} : { name }),
    ...(trashed === true ? { trashed } : {}),
  }
}
