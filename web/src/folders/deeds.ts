import type { Folder } from '@trove/contract/folders'
import { moving, naming } from './stores.ts'
import type { useFolderActions } from './useFolderActions.ts'

/** What the page does with folders besides; absent where it does not. */
export type FolderDeeds = {
  onShare?: (folder: Folder) => void
  onDetails?: (folder: Folder) => void
  /** A folder has the keyboard. */
  onFocus?: (folder: Folder) => void
}

type Deed = { kind: 'share' | 'details' | 'move' | 'rename' | 'trash' | 'restore'; keys: string; run: () => void }

/** What may be done with a folder, by the caller's rights on it. */
export function folderDeeds(
  folder: Folder,
  { onShare, onDetails }: FolderDeeds,
  actions: ReturnType<typeof useFolderActions>,
): Deed[] {
  const { organizationId, rights } = folder
  const mayChange = rights.includes('write')
  if (folder.trashedAt !== undefined) {
    return mayChange ? [{ kind: 'restore', keys: 'r', run: () => void actions.restore(folder) }] : []
  }
  return [
    ...(onDetails === undefined ? [] : [{ kind: 'details', keys: 'i', run: () => onDetails(folder) } as const]),
    ...(onShare === undefined || !rights.includes('share')
      ? []
      : [{ kind: 'share', keys: 's', run: () => onShare(folder) } as const]),
    ...(mayChange
      ? ([
          { kind: 'move', keys: 'm', run: () => moving.set({ organizationId, files: [], folders: [folder] }) },
          { kind: 'rename', keys: 'F2', run: () => naming.set({ kind: 'rename', folder }) },
          { kind: 'trash', keys: 'Delete', run: () => void actions.trash(folder) },
        ] as const)
      : []),
  ]
}
