import type { Folder } from '@trove/contract/folders'
import { Ellipsis, Folder as FolderIcon, FolderOpen } from 'lucide-react'
import type { MouseEvent } from 'react'
import { cx } from '../lib/cx.ts'
import { formatDay } from '../lib/format.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { lineColumns } from '../ui/line-columns.ts'
import type { Point } from '../ui/PointMenu.tsx'
import { startDrag, useDropPlace } from './dragging.ts'
import { linkTo, type FolderLinks } from './links.ts'

export type FolderCellProps = {
  folder: Folder
  links: FolderLinks
  /** Whether the tab key stops here. */
  isStop: boolean
  isPhone: boolean
  onFocus: () => void
  onMenu: (at: Point) => void
}

/** A folder above a grid of files. */
export function FolderTile({ folder, isPhone, onMenu, ...rest }: FolderCellProps) {
  const { isOver, handlers, link } = useFolderCell({ folder, isPhone, onMenu, ...rest })
  return (
    <li
      {...handlers}
      className={cx(
        'group flex h-11 min-w-0 items-center rounded-md border bg-surface transition-colors',
        isOver ? 'border-accent bg-accent-soft' : 'border-line hover:bg-hover',
      )}
    >
      <a {...link} className="flex h-full min-w-0 flex-1 items-center gap-2.5 rounded-md pl-3 font-medium">
        <FolderGlyph isOver={isOver} />
        <span className="truncate">{folder.name}</span>
      </a>
      <MoreButton folder={folder} onMenu={onMenu} />
    </li>
  )
}

/** The same in a list. */
export function FolderLine({ folder, isPhone, onMenu, ...rest }: FolderCellProps) {
  const { isOver, handlers, link } = useFolderCell({ folder, isPhone, onMenu, ...rest })
  return (
    <li
      {...handlers}
      className={cx('group relative border-b border-line', isOver ? 'bg-accent-soft' : 'hover:bg-hover')}
    >
      <a {...link} className={cx('flex h-11 items-center gap-3 px-2 -outline-offset-2 max-sm:h-14', lineColumns)}>
        <span className="flex size-9 shrink-0 items-center justify-center">
          <FolderGlyph isOver={isOver} />
        </span>
        <span className="truncate font-medium">{folder.name}</span>
        <span className="text-ink-soft max-sm:hidden">Folder</span>
        <span className="max-sm:hidden" />
        <span className="max-sm:hidden" />
        <span className="truncate text-ink-soft max-sm:hidden">{folder.createdBy.name}</span>
        <span className="tabular text-right text-ink-soft max-sm:hidden">
          {formatDay(folder.trashedAt ?? folder.createdAt)}
        </span>
      </a>
      <span className="absolute top-1/2 right-1 -translate-y-1/2">
        <MoreButton folder={folder} onMenu={onMenu} />
      </span>
    </li>
  )
}

function useFolderCell({ folder, links, isStop, isPhone, onFocus, onMenu }: FolderCellProps) {
  const isHere = folder.trashedAt === undefined
  const mayChange = isHere && folder.rights.includes('write')
  const { isOver, handlers } = useDropPlace(folder, mayChange)
  return {
    isOver,
    handlers,
    link: {
      ...(isHere ? linkTo(links, folder.id) : { href: '#', onClick: openMenu }),
      'data-folder': folder.id,
      tabIndex: isStop ? 0 : -1,
      draggable: mayChange && !isPhone,
      onFocus,
      onContextMenu: openMenu,
      onDragStart: (event: React.DragEvent) =>
        startDrag(event, { organizationId: folder.organizationId, files: [], folders: [folder] }),
    },
  }

  /** The key for menus tells no place: then it opens below the name. A folder in the trash has nothing but its menu. */
  function openMenu(event: MouseEvent) {
    event.preventDefault()
    const box = event.currentTarget.getBoundingClientRect()
    const isPointed = event.clientX !== 0 || event.clientY !== 0
    onMenu(isPointed ? { x: event.clientX, y: event.clientY } : { x: box.left + 24, y: box.bottom })
  }
}

function FolderGlyph({ isOver }: { isOver: boolean }) {
  const Icon = isOver ? FolderOpen : FolderIcon
  return <Icon aria-hidden className="size-4.5 shrink-0 fill-accent-soft text-accent" strokeWidth={1.75} />
}

/** For pointers; the keyboard has keys, and its own for the menu. */
function MoreButton({ folder, onMenu }: Pick<FolderCellProps, 'folder' | 'onMenu'>) {
  return (
    <IconButton
      label={`What can be done with ${folder.name}`}
      icon={<Ellipsis />}
      size="small"
      tabIndex={-1}
      className="mr-1 pointer-fine:opacity-0 pointer-fine:group-focus-within:opacity-100 pointer-fine:group-hover:opacity-100"
      onClick={(event) => {
        const box = event.currentTarget.getBoundingClientRect()
        onMenu({ x: box.left, y: box.bottom })
      }}
    />
  )
}
