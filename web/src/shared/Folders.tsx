import type { SharedFolder } from '@trove/contract/shared'
import { ChevronRight, Folder } from 'lucide-react'

/** The way from what the link is of to this folder. */
export function FolderPath({ path, onGo }: { path: readonly SharedFolder[]; onGo: (folderId: string) => void }) {
  if (path.length < 2) return null
  return (
    <nav aria-label="Folders above">
      <ol className="flex flex-wrap items-center gap-x-1 text-sm text-ink-soft">
        {path.map(({ id, name }, at) => (
          <li key={id} className="flex min-w-0 items-center gap-x-1">
            {at > 0 && <ChevronRight aria-hidden className="size-3.5 shrink-0 text-ink-faint" />}
            {at === path.length - 1 ? (
              <span aria-current="page" className="max-w-60 truncate font-medium text-ink">
                {name}
              </span>
            ) : (
              <button
                type="button"
                onClick={() => onGo(id)}
                className="touchable max-w-60 truncate rounded-md py-1 hover:text-ink hover:underline"
              >
                {name}
              </button>
            )}
          </li>
        ))}
      </ol>
    </nav>
  )
}

/** Folders in a folder. */
export function FolderList({ folders, onGo }: { folders: readonly SharedFolder[]; onGo: (folderId: string) => void }) {
  if (folders.length === 0) return null
  return (
    <ul aria-label="Folders" className="grid grid-cols-[repeat(auto-fill,minmax(min(220px,45%),1fr))] gap-2">
      {folders.map(({ id, name }) => (
        <li key={id} className="min-w-0">
          <button
            type="button"
            onClick={() => onGo(id)}
            className="touchable flex h-11 w-full items-center gap-2.5 rounded-lg border border-line bg-surface px-3 text-left text-sm font-medium shadow-low transition-colors hover:bg-hover"
          >
            <Folder aria-hidden className="size-4.5 shrink-0 text-accent" />
            <span className="truncate">{name}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
