import type { RefObject } from 'react'
import { useShortcuts, type Shortcut } from '../lib/keys.ts'
import { undoLast } from '../ui/toast.ts'
import type { Direction, GridHandle } from '../ui/grid/VirtualGrid.tsx'
import { download, moveToTrash, restoreChosen } from './actions.ts'
import { EVERYTHING, type Chosen } from './chosen.ts'
import type { FileBrowserProps } from './FileBrowser.tsx'
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
  const isTrash = listing.filter.trashed === true
  const current = () => listing.fileAt(active)
  /** What is chosen or, when nothing is, the file that has the keyboard. */
  const subject = (): Chosen | undefined => {
    if (chosenCount > 0) return choosing.chosen
    const file = current()
    return file === undefined ? undefined : { kind: 'some', ids: new Set([file.id]) }
  }
  const onSubject = (run: (chosen: Chosen) => void) => () => {
    const chosen = subject()
    if (chosen === undefined) return
    run(chosen)
    choosing.clear()
  }
  const openCurrent = () => {
    const file = current()
    if (file !== undefined) onOpen(file.id)
  }
  const hasFiles = () => view.count > 0
  const group = 'Files'

  useShortcuts([
    ...moves(keyed),
    { keys: 'Enter', label: 'Open', group, when: hasFiles, run: openCurrent },
    { keys: 'Space', label: 'Preview', group, when: hasFiles, run: openCurrent },
    { keys: 'x', label: 'Select', group, when: hasFiles, run: () => choosing.toggleAt(active) },
    { keys: 'shift+x', label: 'Select up to here', group, when: hasFiles, run: () => choosing.extendTo(active) },
    { keys: 'mod+a', label: 'Select everything that matches', group, when: hasFiles, run: () => choosing.set(EVERYTHING) },
    { keys: 'Escape', label: 'Clear the selection', group, when: () => chosenCount > 0, run: choosing.clear },
    { keys: 'i', label: 'Details', group, run: onPanel },
    { keys: 'F2', label: 'Rename', group, when: hasFiles, run: () => renaming.set(current()) },
    { keys: 'd', label: 'Download', group, when: () => hasFiles() && choosing.chosen.kind === 'some', run: onSubject((chosen) => {
      if (chosen.kind === 'some') void download([...chosen.ids])
    }) },
    isTrash
      ? { keys: 'r', label: 'Restore', group, when: hasFiles, run: onSubject((chosen) => void restoreChosen(listing, chosen)) }
      : { keys: 'Delete', label: 'Move to the trash', group, when: hasFiles, run: onSubject((chosen) => void moveToTrash(listing, chosen)) },
    { keys: 'z', label: 'Undo', group, run: () => void undoLast() },
    { keys: 'mod+z', label: 'Undo', group, run: () => void undoLast() },
  ])
}

function moves({ grid, active, goTo, choosing, view }: Keyed): Shortcut[] {
  const isThere = () => view.count > 0 && grid.current !== null
  return MOVES.flatMap(([keys, direction, label]) => keys.flatMap((key) => {
    const go = () => {
      const isFocused = document.activeElement?.closest('[role=gridcell]') != null
      // The first key only enters the grid, so that nobody starts in the middle of it unawares.
      const index = isFocused ? (grid.current?.neighbour(active, direction) ?? active) : active
      goTo(index)
      grid.current?.focus(index)
      return index
    }
    const arrow = key.startsWith('Arrow')
    return [
      { keys: key, label, group: 'Moving', when: isThere, run: () => void go() },
      ...(arrow ? [{ keys: `shift+${key}`, when: isThere, run: () => {
        if (choosing.chosen.kind === 'some' && choosing.chosen.ids.size === 0) choosing.toggleAt(active)
        choosing.extendTo(go())
      } }] : []),
    ]
  }))
}
