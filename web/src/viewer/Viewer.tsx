import type { FileDetails } from '@trove/contract/files'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ChevronLeft, ChevronRight, FileX } from 'lucide-react'
import { useEffect, useState, type ReactNode } from 'react'
import { isProblem } from '../lib/api.ts'
import { cx } from '../lib/cx.ts'
import { createKept } from '../lib/kept.ts'
import { useShortcuts, type Shortcut } from '../lib/keys.ts'
import { saveOriginal } from '../lib/saving.ts'
import { isFetchable, isKept } from '../lib/scan.ts'
import { useIsPhone } from '../lib/screen.ts'
import { stepsQuery } from '../lib/steps.ts'
import { useStore } from '../lib/store.ts'
import { Button } from '../ui/Button.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { OverPage } from '../ui/OverPage.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Sheet } from '../ui/Sheet.tsx'
import { fileQuery, trash } from './queries.ts'
import type { Siblings } from './siblings.ts'
import { picturesOf, stageOf } from './sources.ts'
import { Stage } from './Stage.tsx'
import { TopBar } from './TopBar.tsx'
import { useSwipe } from './useSwipe.ts'

export type ViewerProps = {
  fileId: string
  /** Of a document: the page at which it is opened, counted from 1. */
  page?: number | undefined
  siblings: Siblings
  /** Opens a neighbour instead. */
  onNavigate: (fileId: string) => void
  onClose: () => void
  /** Gives it to others; absent where that cannot be. */
  onShare?: (file: FileDetails) => void
  /** Shows it beside its neighbour; absent where that cannot be. */
  onCompare?: (fileId: string, neighbourId: string) => void
  /** The panel that tells all about the file, drawn by the room that knows. */
  details: (fileId: string) => ReactNode
}

const panel = createKept('trove.viewer.details', ['closed', 'open'], 'closed')

/** One file over the whole page. What it shows is the URL's to say; it tells when somebody goes on or leaves. */
export function Viewer({ fileId, page, siblings, onNavigate, onClose, onShare, onCompare, details }: ViewerProps) {
  const { data, error, refetch } = useQuery(fileQuery(fileId))
  // What may not be seen any more is not shown from memory.
  const file = isProblem(error, 'not-found') ? undefined : data
  // Asking has what somebody looks at processed first. A guest of a link is not told what is done with a file.
  useQuery({ ...stepsQuery(fileId), enabled: file !== undefined && file.organizationId !== '' })
  const isPhone = useIsPhone()
  const isPanelOpen = useStore(panel) === 'open'
  const [isSheetOpen, setSheetOpen] = useState(false)
  const isDetailed = isPhone ? isSheetOpen : isPanelOpen
  const { previousId, nextId } = siblings
  usePreloaded(previousId, nextId)

  const go = (id: string | undefined) => id !== undefined && onNavigate(id)
  const mayShare = file?.rights.includes('share') === true && file.trashedAt === undefined
  const share = onShare !== undefined && mayShare ? () => onShare(file) : undefined
  const neighbourId = nextId ?? previousId
  const isPicture = file !== undefined && stageOf({ ...file, isKept: isKept(file) }) === 'image'
  const compare =
    onCompare !== undefined && isPicture && neighbourId !== undefined
      ? () => (nextId === undefined ? onCompare(neighbourId, fileId) : onCompare(fileId, neighbourId))
      : undefined
  const toggleDetails = () => (isPhone ? setSheetOpen(!isSheetOpen) : panel.set(isPanelOpen ? 'closed' : 'open'))
  const swipe = useSwipe((direction) => go(direction === 'left' ? nextId : previousId))
  // A picture knows its own gestures: there a swipe may be a drag.
  const hasGestures = isPicture
  const remove = async () => {
    if (file === undefined || !file.rights.includes('write')) return
    if (!(await trash(file))) return
    const neighbour = nextId ?? previousId
    if (neighbour === undefined) onClose()
    else onNavigate(neighbour)
  }
  return (
    <OverPage onClose={onClose}>
      <Keys shortcuts={shortcutsOf({ go, siblings, onClose, toggleDetails, remove, share, compare, file })} />
      <TopBar
        file={file}
        siblings={siblings}
        isDetailed={isDetailed}
        onToggleDetails={toggleDetails}
        onShare={share}
        onCompare={compare}
        onTrash={() => void remove()}
        onClose={onClose}
      />
      <div className="flex min-h-0 flex-1">
        <div className="relative min-w-0 flex-1 overflow-hidden" {...(hasGestures ? {} : swipe)}>
          {file !== undefined ? (
            <Stage
              key={file.versionId}
              file={file}
              page={page}
              onPrevious={() => go(previousId)}
              onNext={() => go(nextId)}
              onClose={onClose}
            />
          ) : (
            error !== null &&
            (isProblem(error, 'not-found') ? (
              <Missing onClose={onClose} />
            ) : (
              <Problem error={error} onRetry={() => void refetch()} />
            ))
          )}
          <Neighbour side="left" onClick={() => go(previousId)} isThere={previousId !== undefined} />
          <Neighbour side="right" onClick={() => go(nextId)} isThere={nextId !== undefined} />
        </div>
        {!isPhone && isPanelOpen && (
          <aside
            aria-label="Details"
            data-side-panel
            className="w-[360px] shrink-0 overflow-y-auto border-l border-line bg-surface"
          >
            {details(fileId)}
          </aside>
        )}
      </div>
      {isPhone && (
        <Sheet title="Details" isOpen={isSheetOpen} onClose={() => setSheetOpen(false)}>
          {details(fileId)}
        </Sheet>
      )}
    </OverPage>
  )
}

function Missing({ onClose }: { onClose: () => void }) {
  return (
    <EmptyState
      picture={<FileX className="size-8 text-ink-faint" strokeWidth={1.25} />}
      title="This file is not here"
      action={<Button onClick={onClose}>Back to the library</Button>}
    >
      It was deleted, or it is not yours to see.
    </EmptyState>
  )
}

/** Stands before the stage, so that the keys of what is shown come before these. */
function Keys({ shortcuts }: { shortcuts: Shortcut[] }) {
  useShortcuts(shortcuts, { isModal: true })
  return null
}

type Doing = {
  go: (id: string | undefined) => void
  siblings: Siblings
  onClose: () => void
  toggleDetails: () => void
  remove: () => Promise<void>
  share: (() => void) | undefined
  compare: (() => void) | undefined
  file: FileDetails | undefined
}

function shortcutsOf({ go, siblings, onClose, toggleDetails, remove, share, compare, file }: Doing): Shortcut[] {
  const group = 'Open file'
  return [
    // The dialog hears it first; here it stands for the list of shortcuts.
    { keys: 'Escape', label: 'Close', group, run: onClose },
    { keys: 'ArrowLeft', label: 'Previous', group, run: () => go(siblings.previousId) },
    { keys: 'ArrowRight', label: 'Next', group, run: () => go(siblings.nextId) },
    { keys: 'i', label: 'Details', group, run: toggleDetails },
    {
      keys: 'd',
      label: 'Download the original',
      group,
      run: () => file?.rights.includes('download') === true && isFetchable(file) && void saveOriginal(file),
    },
    { keys: 's', label: 'Share', group, run: () => share?.() },
    { keys: 'c', label: 'Compare with the next', group, run: () => compare?.() },
    { keys: 'Delete', label: 'Move to the trash', group, run: () => void remove() },
  ]
}

function Neighbour({ side, isThere, onClick }: { side: 'left' | 'right'; isThere: boolean; onClick: () => void }) {
  if (!isThere) return null
  return (
    <IconButton
      label={side === 'left' ? 'Previous' : 'Next'}
      keys={side === 'left' ? 'ArrowLeft' : 'ArrowRight'}
      icon={side === 'left' ? <ChevronLeft /> : <ChevronRight />}
      tone="over-media"
      size="large"
      side={side === 'left' ? 'right' : 'left'}
      onClick={onClick}
      className={cx(
        'absolute top-1/2 -translate-y-1/2 rounded-full opacity-70 hover:opacity-100 focus-visible:opacity-100 max-sm:hidden',
        side === 'left' ? 'left-3' : 'right-3',
      )}
    />
  )
}

/** The files before and after are asked for early, with the picture that will be shown first. */
function usePreloaded(...fileIds: (string | undefined)[]): void {
  const queries = useQueryClient()
  const key = fileIds.join()
  useEffect(() => {
    let isWanted = true
    for (const fileId of key.split(',').filter(Boolean)) {
      void queries.ensureQueryData(fileQuery(fileId)).then(
        (file) => {
          const { first } = picturesOf(file)
          if (isWanted && first !== undefined && file.variants.length > 0) new Image().src = first
        },
        () => undefined,
      )
    }
    return () => {
      isWanted = false
    }
  }, [queries, key])
}
