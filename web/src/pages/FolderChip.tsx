import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { ChevronDown } from 'lucide-react'
import { folderQuery, foldersQuery } from '../folders/index.ts'
import { chipClass } from '../ui/chip.ts'
import { Menu, MenuAction } from '../ui/Menu.tsx'

/** Narrows a list down to a folder: those above the one that is chosen, itself, and those in it. */
export function FolderChip({ organizationId, folderId, onChange }: FolderChipProps) {
  const isFolder = folderId !== undefined && folderId !== 'top'
  const { data: folder } = useQuery({ ...folderQuery(folderId ?? ''), enabled: isFolder })
  const { data: within = [] } = useInfiniteQuery(
    foldersQuery({ organizationId, ...(isFolder && { parentId: folderId }) }),
  )
  if (folderId === undefined && within.length === 0) return null
  const path = isFolder ? (folder?.path ?? []) : []
  return (
    <Menu
      label="Folder"
      trigger={
        <button type="button" className={chipClass(folderId !== undefined)}>
          {folderId === undefined ? 'Folder' : `Folder: ${isFolder ? (folder?.name ?? '…') : 'none'}`}
          <ChevronDown aria-hidden className="size-3.5 text-ink-faint" />
        </button>
      }
    >
      <MenuAction isChecked={folderId === undefined} onSelect={() => onChange(undefined)}>
        Any
      </MenuAction>
      {[...path, ...within].map(({ id, name }) => (
        <MenuAction key={id} isChecked={id === folderId} onSelect={() => onChange(id)}>
          {name}
        </MenuAction>
      ))}
    </Menu>
  )
}

type FolderChipProps = {
  organizationId: string
  folderId: string | undefined
  onChange: (folderId: string | undefined) => void
}
