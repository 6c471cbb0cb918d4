import type { Folder } from '@trove/contract/folders'
import { ArchiveRestore, FolderInput, FolderOpen, PanelRight, Pencil, Trash2, UserPlus } from 'lucide-react'
import { MenuAction, MenuLine } from '../ui/Menu.tsx'
import { PointMenu, type Point } from '../ui/PointMenu.tsx'
import { folderDeeds, type FolderDeeds } from './deeds.ts'
import type { FolderLinks } from './links.ts'
import { useFolderActions } from './useFolderActions.ts'

/** What may be done with a folder, where it was pressed. */
export function FolderMenu({ place, links, deeds, onClose }: FolderMenuProps) {
  const actions = useFolderActions()
  const folder = place?.folder
  return (
    <PointMenu label={folder?.name ?? 'Folder'} at={place?.at} onClose={onClose}>
      {folder !== undefined && folder.trashedAt === undefined && (
        <MenuAction icon={<FolderOpen />} keys="Enter" onSelect={() => links.go(folder.id)}>
          Open
        </MenuAction>
      )}
      {folder !== undefined &&
        folderDeeds(folder, deeds, actions).map(({ kind, keys, run }) => (
          <div key={kind} role="none">
            {kind === 'trash' && <MenuLine />}
            <MenuAction
              icon={ICONS[kind]}
              keys={keys}
              tone={kind === 'trash' ? 'danger' : 'plain'}
              onSelect={() => run()}
            >
              {WORDS[kind]}
            </MenuAction>
          </div>
        ))}
    </PointMenu>
  )
}

const ICONS = {
  share: <UserPlus />,
  details: <PanelRight />,
  move: <FolderInput />,
  rename: <Pencil />,
  trash: <Trash2 />,
  restore: <ArchiveRestore />,
}

const WORDS = {
  share: 'Share',
  details: 'Details',
  move: 'Move',
  rename: 'Rename',
  trash: 'Move to trash',
  restore: 'Restore',
}

type FolderMenuProps = {
  place: { folder: Folder; at: Point } | undefined
  links: FolderLinks
  deeds: FolderDeeds
  onClose: () => void
}
