import {
  getShared,
  getSharedFile,
  listSharedFiles,
  listSharedFolders,
  prepareSharedZip,
  type SharedFile,
  type SharedFolder,
} from '@trove/contract/shared'
import { infiniteQueryOptions, queryOptions, type QueryClient } from '@tanstack/react-query'
import { ask } from './visit.ts'

const PAGE = 200
/** Each is drawn, in sight or not. */
const PAGE_OF_EVENT = 60

/** What the link is and allows; asked anew now and then, because its maker may change it. */
export const sharedQuery = (linkId: string) =>
  queryOptions({
    queryKey: ['shared', linkId],
    queryFn: ({ signal }) => ask(getShared, { params: { linkId } }, signal),
    refetchInterval: 60_000,
  })

/** A download counts when all of it has arrived, which nobody tells the page: it looks again a few times. */
const LOOK_AGAIN_MS = [0, 1_500, 5_000, 15_000]

export function lookWhatIsLeft(queries: QueryClient, linkId: string): void {
  const { queryKey } = sharedQuery(linkId)
  for (const afterMs of LOOK_AGAIN_MS)
    setTimeout(() => void queries.invalidateQueries({ queryKey, exact: true }), afterMs)
}

/** The folders in a folder, all of them, and the way to it. */
export const foldersQuery = (linkId: string, folderId: string | undefined) =>
  queryOptions({
    queryKey: ['shared', linkId, 'folders', folderId ?? ''],
    async queryFn({ signal }): Promise<{ folders: SharedFolder[]; path: SharedFolder[] }> {
      const folders: SharedFolder[] = []
      for (let cursor: string | undefined; ;) {
        const query = { limit: PAGE, ...(folderId && { folderId }), ...(cursor && { cursor }) }
        const page = await ask(listSharedFolders, { params: { linkId }, query }, signal)
        folders.push(...page.items)
        cursor = page.next
        if (cursor === undefined) return { folders, path: page.path }
      }
    },
  })

/**
 * Files of one place, page after page. While some are being processed it is asked anew, and now and then where they are
 * of an event: others put them in order and write beside them.
 */
export const filesQuery = (linkId: string, folderId: string | undefined, isEvent = false) =>
  infiniteQueryOptions({
    queryKey: ['shared', linkId, 'files', folderId ?? ''],
    queryFn: ({ signal, pageParam }) =>
      ask(
        listSharedFiles,
        {
          params: { linkId },
          query: {
            limit: isEvent ? PAGE_OF_EVENT : PAGE,
            ...(folderId && { folderId }),
            ...(pageParam && { cursor: pageParam }),
          },
        },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some(isMoving)) === true ? 5_000 : isEvent && 60_000,
  })

const isMoving = ({ status }: SharedFile) => status === 'pending' || status === 'processing'

/** One file, for an address that names one which is not in the list (yet). */
export const sharedFileQuery = (linkId: string, fileId: string) =>
  queryOptions({
    queryKey: ['shared', linkId, 'file', fileId],
    queryFn: ({ signal }) => ask(getSharedFile, { params: { linkId, fileId } }, signal),
  })

export const prepareZip = (linkId: string, signal: AbortSignal) => ask(prepareSharedZip, { params: { linkId } }, signal)
