import type { Folder } from '@trove/contract/folders'
import { useRef, useState, type KeyboardEvent } from 'react'
import { useIsPhone } from '../lib/screen.ts'
import { Button } from '../ui/Button.tsx'
import type { Point } from '../ui/PointMenu.tsx'
import { FolderMenu } from './FolderMenu.tsx'
import { FolderLine, FolderTile } from './FolderTile.tsx'
import type { FolderLinks } from './links.ts'
import { folderDeeds, type FolderDeeds } from './deeds.ts'
import { useFolderActions } from './useFolderActions.ts'

/** The folders of a place, above its files. One stop of the tab key; arrows go from one to the next. */
export function FolderTiles({ folders, links, deeds, isList, label, more }: FolderTilesProps) {
  const list = useRef<HTMLUListElement>(null)
  const isPhone = useIsPhone()
  const actions = useFolderActions()
  const [at, setAt] = useState<string | undefined>(undefined)
  const [menu, setMenu] = useState<{ folder: Folder; at: Point } | undefined>(undefined)
  const stop = folders.some((folder) => folder.id === at) ? at : folders[0]?.id
  const press = (event: KeyboardEvent) => {
    const folder = folders.find((one) => one.id === at)
    if (folder === undefined || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return
    const deed = folderDeeds(folder, deeds, actions).find((one) => one.keys === event.key)
    if (deed !== undefined) deed.run()
    else if (!FOR_FILES.has(event.key) && (event.shiftKey || !step(list.current, event.key))) return
    event.preventDefault()
  }
  if (folders.length === 0) return null
  const Shape = isList ? FolderLine : FolderTile
  return (
    <div className={isList ? '' : 'pt-3 pb-1 max-sm:px-1.5'}>
      <ul
        ref={list}
        aria-label={label}
        data-folders
        onKeyDown={press}
        className={isList ? '' : 'grid grid-cols-[repeat(auto-fill,minmax(min(220px,100%),1fr))] gap-2 max-sm:gap-1.5'}
      >
        {folders.map((folder) => (
          <Shape
            key={folder.id}
            folder={folder}
            links={links}
            isStop={folder.id === stop}
            isPhone={isPhone}
            onFocus={() => {
              setAt(folder.id)
              deeds.onFocus?.(folder)
            }}
            onMenu={(point) => setMenu({ folder, at: point })}
          />
        ))}
      </ul>
      {more !== undefined && (
        <Button tone="quiet" className="mt-2" isBusy={more.isBusy} onClick={more.run}>
          More folders
        </Button>
      )}
      <FolderMenu place={menu} links={links} deeds={deeds} onClose={() => setMenu(undefined)} />
    </div>
  )
}

/** What these do, they would do to the file that had the keyboard last. */
const FOR_FILES = new Set(['s', 'm', 'F2', 'Delete', 'r', 'd', 'x', 'X', ' '])

const STEPS: Record<string, 'left' | 'right' | 'up' | 'down' | 'first' | 'last'> = {
  ArrowLeft: 'left',
  h: 'left',
  ArrowRight: 'right',
  l: 'right',
  ArrowUp: 'up',
  k: 'up',
  ArrowDown: 'down',
  j: 'down',
  Home: 'first',
  End: 'last',
}

/** Moves the keyboard among folders as they stand on the page. @returns false where there is no further one */
function step(list: HTMLUListElement | null, key: string): boolean {
  const direction = STEPS[key]
  const links = [...(list?.querySelectorAll<HTMLElement>('[data-folder]') ?? [])]
  const index = links.findIndex((link) => link === document.activeElement)
  if (direction === undefined || index === -1) return false
  const top = (link: HTMLElement | undefined) => link?.getBoundingClientRect().top
  const columns = links.filter((link) => top(link) === top(links[0])).length
  const next = {
    left: index - 1,
    right: index + 1,
    up: index - columns,
    down: index + columns,
    first: 0,
    last: links.length - 1,
  }[direction]
  // The row below may be shorter: then its last one.
  const isShortRow = direction === 'down' && next >= links.length && top(links.at(-1)) !== top(links[index])
  const target = links[isShortRow ? links.length - 1 : next]
  target?.focus()
  return target !== undefined
}

type FolderTilesProps = {
  folders: readonly Folder[]
  links: FolderLinks
  deeds: FolderDeeds
  isList: boolean
  label: string
  /** There are more than were asked for. */
  more?: { run: () => void; isBusy: boolean } | undefined
}
