import { useQuery } from '@tanstack/react-query'
import { Folder as FolderIcon, Pencil, UserPlus } from 'lucide-react'
import type { Folder } from '@trove/contract/folders'
import type { ReactNode } from 'react'
import { formatDateTime } from '../lib/format.ts'
import { Button } from '../ui/Button.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { folderQuery } from './queries.ts'
import { naming } from './stores.ts'

/** All that is known of one folder. */
export function FolderPanel({ folderId, onShare, children }: FolderPanelProps) {
  const { data: folder, error, refetch } = useQuery(folderQuery(folderId))
  if (folder === undefined) {
    return error === null ? (
      <div className="flex flex-col gap-4 p-4" role="status" aria-label="Loading details">
        <Skeleton className="h-16" />
        <Skeleton className="h-32" />
      </div>
    ) : (
      <Problem error={error} onRetry={() => void refetch()} />
    )
  }
  const isHere = folder.trashedAt === undefined
  return (
    <div className="flex flex-col gap-5 p-4">
      <div className="flex items-start gap-3">
        <span className="flex size-10 shrink-0 items-center justify-center rounded-md bg-accent-soft text-accent">
          <FolderIcon aria-hidden className="size-5" strokeWidth={1.75} />
        </span>
        <h2 className="min-w-0 flex-1 pt-2 text-base font-semibold break-words">{folder.name}</h2>
        {isHere && folder.rights.includes('write') && (
          <IconButton
            label="Rename"
            icon={<Pencil />}
            size="small"
            className="mt-1"
            onClick={() => naming.set({ kind: 'rename', folder })}
          />
        )}
      </div>
      {isHere && folder.rights.includes('share') && (
        <Button icon={<UserPlus className="size-4" />} onClick={() => onShare(folder)}>
          Share
        </Button>
      )}
      {children(folder)}
      <section aria-label="History">
        <h3 className="mb-2 border-b border-line pb-1 text-xs font-medium text-ink-faint">History</h3>
        <dl className="flex flex-col gap-1.5 text-sm">
          <Fact name="Made">{formatDateTime(folder.createdAt)}</Fact>
          <Fact name="By">{folder.createdBy.name}</Fact>
        </dl>
      </section>
    </div>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex gap-3">
      <dt className="w-24 shrink-0 text-ink-faint">{name}</dt>
      <dd className="tabular min-w-0 flex-1 break-words">{children}</dd>
    </div>
  )
}

type FolderPanelProps = {
  folderId: string
  onShare: (folder: Folder) => void
  /** What other rooms know of it. */
  children: (folder: Folder) => ReactNode
}
