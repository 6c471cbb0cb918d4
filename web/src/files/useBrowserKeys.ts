import type { RefObject } from 'react'
import { useShortcuts, type Shortcut } from '../lib/keys.ts'
import { undoLast } from '../ui/toast.ts'
import type { Direction, GridHandle } from '../ui/grid/VirtualGrid.tsx'
import { download, moveToTrash, restoreChosen } from './actions.ts'
import type { Chosen } from './chosen.ts'
import { allowedFor, downloadable, filesOf, type Allowed } from './deeds.ts'
import type { FileBrowserProps } from './browser-props.ts'
import { organizing, type OrganizingDeed } from './organizing/organizing.ts'
import { renaming } from './renaming.ts'
import type { Choosing } from './useChoosing.ts'

type Keyed = FileBrowserProps & {
  grid: RefObject<GridHandle | null>
  active: number
  goTo: (index: number) => void
  choosing: Choosing
  chosenCount: number
}

const MOVES: readonly [keys: readonly string[], direction: Direction, label: string][] = [
  [['ArrowLeft', 'h'], 'left', 'Previous file'],
  [['ArrowRight', 'l'], 'right', 'Next file'],
  [['ArrowUp', 'k'], 'up', 'Row above'],
  [['ArrowDown', 'j'], 'down', 'Row below'],
  [['PageUp'], 'page-up', 'Page up'],
  [['PageDown'], 'page-down', 'Page down'],
  [['Home'], 'first', 'First file'],
  [['End'], 'last', 'Last file'],
]

/** Everything that the keyboard does among files. */
export function useBrowserKeys(keyed: Keyed): void {
  const { listing, view, active, choosing, chosenCount, onOpen, onPanel } = keyed
  const hasFiles = () => view.count > 0
  const open = () => {
    const file = listing.fileAt(active)
    if (file !== undefined) onOpen(file.id)
  }
  const inFiles = (shortcut: Omit<Shortcut, 'group'>): Shortcut => ({ group: 'Files', when: hasFiles, ...shortcut })
  useShortcuts([
    ...moves(keyed),
    inFiles({ keys: 'Enter', label: 'Open', run: open }),
    inFiles({ keys: 'Space', label: 'Preview', run: open }),
    inFiles({ keys: 'i', label: 'Details', when: () => true, run: onPanel }),
    inFiles({ keys: 'x', label: 'Select', run: () => choosing.toggleAt(active) }),
    inFiles({ keys: 'shift+x', label: 'Select up to here', run: () => choosing.extendTo(active) }),
    inFiles({ keys: 'mod+a', label: 'Select everything that matches', run: choosing.chooseAll }),
    inFiles({ keys: 'Escape', label: 'Clear the selection', when: () => chosenCount > 0, run: choosing.clear }),
    ...deeds(keyed).map(inFiles),
  ])
}

/** What is done to the files chosen or, when none are, to the one that has the keyboard. */
function deeds({ listing, view, active, choosing, chosenCount, deeds: page }: Keyed): Shortcut[] {
  const current = listing.fileAt(active)
  const subject: Chosen =
    chosenCount > 0 ? choosing.chosen : { kind: 'some', ids: new Set(current === undefined ? [] : [current.id]) }
  const files = () => filesOf(listing, subject)
  const isUnknown = view.isCounting === true && subject.kind === 'all'
  const may = (deed: keyof Allowed) => () => !isUnknown && allowedFor(subject, files(), page)[deed]
  const onSubject = (run: (chosen: Chosen) => void) => () => {
    run(subject)
    choosing.clear()
  }
  const undo = { label: 'Undo', when: () => true, run: () => void undoLast() }
  const shared = [
    {
      keys: 'd',
      label: 'Download',
      when: may('download'),
      run: () => {
        if (!may('isTooManyToDownload')()) void download(downloadable(files()))
        else organizing.set({ deed: 'download', listing, chosen: subject, count: chosenCount })
      },
    },
    { keys: 'z', ...undo },
    { keys: 'mod+z', ...undo },
  ]
  if (listing.filter.trashed === true) {
    const restore = onSubject((chosen) => void restoreChosen(listing, chosen))
    return [{ keys: 'r', label: 'Restore', when: may('change'), run: restore }, ...shared]
  }
  const ask = (deed: OrganizingDeed) => () =>
    organizing.set({ deed, listing, chosen: subject, count: Math.max(1, chosenCount) })
  const trash = onSubject((chosen) => void moveToTrash(listing, chosen))
  return [
    { keys: 's', label: 'Share', when: may('share'), run: () => page.onShare?.(files()) },
    { keys: 'm', label: 'Move to a folder', when: may('move'), run: () => page.onMove?.(files()) },
    { keys: 't', label: 'Tag', when: may('organize'), run: ask('tags') },
    { keys: 'c', label: 'Compare two pictures', when: may('compare'), run: () => page.onCompare?.(files()) },
    { keys: 'F2', label: 'Rename', when: may('rename'), run: () => renaming.set(files()[0]) },
    { keys: 'Delete', label: 'Move to the trash', when: may('change'), run: trash },
    ...shared,
  ]
}

function moves({ grid, active, goTo, choosing, view, onLeaveTop }: Keyed): Shortcut[] {
  const isThere = () => view.count > 0 && grid.current !== null
  return MOVES.flatMap(([keys, direction, label]) =>
    keys.flatMap((key) => {
      const go = () => {
        const isFocused = document.activeElement?.closest('[role=gridcell]') != null
        // The first key only enters the grid, so that nobody starts in the middle of it unawares.
        const index = isFocused ? (grid.current?.neighbour(active, direction) ?? active) : active
        if (isFocused && index === active && direction === 'up' && onLeaveTop?.() === true) return index
        goTo(index)
        grid.current?.focus(index)
        return index
      }
      const arrow = key.startsWith('Arrow')
      return [
        { keys: key, label, group: 'Moving', when: isThere, run: () => void go() },
        ...(arrow
          ? [
              {
                keys: `shift+${key}`,
                when: isThere,
                run: () => {
                  if (choosing.chosen.kind === 'some' && choosing.chosen.ids.size === 0) choosing.toggleAt(active)
                  choosing.extendTo(go())
                },
              },
            ]
          : []),
      ]
    }),
  )
}
