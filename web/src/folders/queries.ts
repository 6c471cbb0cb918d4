import type { Response } from '@trove/contract/endpoint'
import { getFolder, listFolders, type Folder } from '@trove/contract/folders'
import { infiniteQueryOptions, queryOptions, type InfiniteData, type QueryClient } from '@tanstack/react-query'
import { call } from '../lib/api.ts'

const PAGE_SIZE = 200

/** Folders in a folder, at the top (no `parentId`), or in the trash. */
export type FolderPlace = { organizationId: string; parentId?: string | undefined; trashed?: boolean }

export const foldersQuery = ({ organizationId, parentId, trashed }: FolderPlace) =>
  infiniteQueryOptions({
    queryKey: ['folders', organizationId, trashed === true ? 'trash' : (parentId ?? 'top')],
    queryFn: ({ pageParam, signal }) =>
      call(
        listFolders,
        {
          params: { organizationId },
          query: {
            limit: PAGE_SIZE,
            ...(parentId === undefined ? {} : { parentId }),
            ...(trashed === true ? { trashed } : {}),
            ...(pageParam === '' ? {} : { cursor: pageParam }),
          },
        },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    select: (listed) => listed.pages.flatMap((page) => page.items),
  })

/** A folder and the way to it. */
export const folderQuery = (folderId: string) =>
  queryOptions({
    queryKey: ['folder', folderId],
    queryFn: ({ signal }) => call(getFolder, { params: { folderId } }, signal),
  })

/** Asks again for whatever shows folders of an organization. */
export async function refreshFolders(queries: QueryClient, organizationId: string): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: ['folders', organizationId] }),
    queries.invalidateQueries({ queryKey: ['folder'] }),
  ])
}

type Listed = InfiniteData<Response<typeof listFolders>, unknown>

/** Changes a list of folders that is here. */
export function changeListed(queries: QueryClient, place: FolderPlace, change: (folders: Folder[]) => Folder[]): void {
  queries.setQueryData(foldersQuery(place).queryKey, (now: Listed | undefined) => {
    if (now === undefined) return undefined
    // Where a page ends does not matter to what is drawn: all of it is kept in the first.
    const [first, ...rest] = now.pages
    if (first === undefined) return now
    const items = change(now.pages.flatMap((page) => page.items))
    return { ...now, pages: [{ ...first, items }, ...rest.map((page) => ({ ...page, items: [] }))] }
  })
}

const { compare } = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })
export const byName = (a: Folder, b: Folder) => compare(a.name, b.name)
