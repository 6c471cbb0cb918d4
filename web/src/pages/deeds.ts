import type { File } from '@trove/contract/files'
import type { Folder } from '@trove/contract/folders'
import { making } from '../events/making.ts'
import type { Listing, PageDeeds } from '../files/index.ts'
import { purging } from '../files/purging.ts'
import { startDrag } from '../folders/dragging.ts'
import type { Load } from '../folders/model.ts'
import { moving } from '../folders/stores.ts'
import { sharing, type Shared } from '../sharing/subject.ts'

/** What other rooms do with the files of a listing. */
export function deedsOf(listing: Listing): PageDeeds {
  const { organizationId, folderId, trashed } = listing.filter
  if (trashed === true) return { onPurge: (files) => purging.set({ listing, files }) }
  const load = (files: readonly File[]): Load => ({
    organizationId,
    files,
    folders: [],
    // Only from a folder they are gone; the library keeps showing them.
    ...(folderId === undefined
      ? {}
      : {
          takeOut() {
            const taken = listing.remove(files.map((file) => file.id))
            return () => listing.putBack(taken)
          },
        }),
  })
  return {
    onShare: share,
    onMove: (files) => moving.set(load(files)),
    onEvent: (files) =>
      making.set({
        organizationId,
        files,
        fileIds: files.map(({ id }) => id),
        ...(folderId !== undefined && folderId !== 'top' && { folderId }),
      }),
    // Where there is nothing to drop on, dragging draws a box.
    ...(folderId === undefined ? {} : { onDrag: (event, files) => startDrag(event, load(files)) }),
  }
}

/** Opens the dialog that gives files to others. */
export function share(files: readonly File[]): void {
  const [first] = files
  if (first === undefined) return
  const resources: Shared[] = files.map(({ id, name, rights }) => ({ kind: 'file', id, name, rights }))
  sharing.set({ organizationId: first.organizationId, resources })
}

export function shareFolder({ id, name, rights, organizationId }: Folder): void {
  sharing.set({ organizationId, resources: [{ kind: 'folder', id, name, rights }] })
}
