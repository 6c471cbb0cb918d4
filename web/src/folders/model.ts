import type { File } from '@trove/contract/files'
import type { Folder } from '@trove/contract/folders'

/** A folder, or the top of an organization, as a place to put things. */
export type Target = { id: string | undefined; name: string }

type MovedFile = Pick<File, 'id' | 'name' | 'folderId' | 'rights'>

/** What is being moved together. */
export type Load = {
  organizationId: string
  files: readonly MovedFile[]
  folders: readonly Folder[]
  /** Something else, by itself, moved by whoever knows how. */
  others?: { name: string; moved: readonly Omit<MovedFile, 'name'>[]; move: (target: Target) => Promise<void> }
  /** Takes the files out of the list that shows them. @returns what puts them back */
  takeOut?: () => () => void
}

/** Where all of it is now; undefined when it comes from several places. */
export function originOf({ files, folders, others }: Load): string | null | undefined {
  const placed = [...files, ...(others?.moved ?? [])]
  const origins = new Set([...placed.map((one) => one.folderId), ...folders.map((folder) => folder.parentId)])
  if (origins.size !== 1) return undefined
  const [only] = origins
  return only ?? null
}

/** Whether it may be put there: not where it is, and no folder into itself. */
export function mayMove(load: Load, target: Target): boolean {
  if (originOf(load) === (target.id ?? null)) return false
  return !load.folders.some((folder) => folder.id === target.id)
}
