import type { SharedFile, SharedLink } from '@trove/contract/shared'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ChevronLeft, ChevronRight, Download, FileX, X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { useEffect, useRef, useState } from 'react'
import { cx } from '../lib/cx.ts'
import { useShortcuts, type Shortcut } from '../lib/keys.ts'
import { goTo, lookWhatIsLeft, saveFile, sharedFileQuery, spot, tellRefusal } from '../shared/index.ts'
import { Button } from '../ui/Button.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { OverPage } from '../ui/OverPage.tsx'
import { Spinner } from '../ui/Spinner.tsx'
import { useSwipe } from '../viewer/index.ts'
import { SharedStage } from './SharedStage.tsx'

type SharedViewerProps = { shared: SharedLink; files: readonly SharedFile[]; fileId: string }

/** One file of a link over the whole page. */
export function SharedViewer({ shared, files, fileId }: SharedViewerProps) {
  const at = files.findIndex(({ id }) => id === fileId)
  const listed = files[at]
  const { data: asked, error } = useQuery({ ...sharedFileQuery(shared.id, fileId), enabled: listed === undefined })
  const file = listed ?? asked
  const previousId = files[at - 1]?.id
  const nextId = at < 0 ? undefined : files[at + 1]?.id

  const { folderId } = spot.get()
  const here = folderId === undefined ? {} : { folderId }
  const close = () => goTo(here, { replaces: true })
  const go = (id: string | undefined) => id !== undefined && goTo({ ...here, fileId: id }, { replaces: true })
  const { isSaving, save } = useSave(shared.id, file)
  const swipe = useSwipe((direction) => go(direction === 'left' ? nextId : previousId))

  return (
    <OverPage onClose={close}>
      <Keys shortcuts={shortcutsOf({ close, save, previous: () => go(previousId), next: () => go(nextId) })} />
      <header className="flex h-12 shrink-0 items-center gap-1 px-2 pt-[env(safe-area-inset-top)] sm:px-3">
        <IconButton label="Close" keys="Escape" icon={<X />} onClick={close} />
        <div className="ml-1 flex min-w-0 flex-1 items-baseline gap-2.5">
          <Dialog.Title className="min-w-0 truncate text-base font-medium">{file?.name ?? 'A file'}</Dialog.Title>
          {at >= 0 && shared.kind !== 'file' && (
            <span className="tabular shrink-0 text-xs text-ink-faint">{at + 1}</span>
          )}
        </div>
        {file?.mayDownload === true && (
          <Button
            tone="quiet"
            icon={<Download aria-hidden className="size-4" />}
            isBusy={isSaving}
            disabled={shared.downloadsLeft === 0}
            onClick={() => void save()}
          >
            {shared.downloadsLeft === 0 ? 'No download left' : 'Download'}
          </Button>
        )}
      </header>
      <div className="relative min-h-0 flex-1 overflow-hidden" {...(file?.kind === 'image' ? {} : swipe)}>
        {file !== undefined && (
          <SharedStage
            key={file.id}
            shared={shared}
            file={file}
            onPrevious={() => go(previousId)}
            onNext={() => go(nextId)}
            onClose={close}
          />
        )}
        {file === undefined && (error === null ? <Coming /> : <Missing onClose={close} />)}
        <Neighbour side="left" isThere={previousId !== undefined} onClick={() => go(previousId)} />
        <Neighbour side="right" isThere={nextId !== undefined} onClick={() => go(nextId)} />
      </div>
      {file?.caption !== undefined && (
        <p className="max-h-32 shrink-0 overflow-y-auto px-4 pt-2 pb-[calc(12px+env(safe-area-inset-bottom))] text-center text-sm text-balance break-words whitespace-pre-wrap text-ink-soft">
          {file.caption}
        </p>
      )}
    </OverPage>
  )
}

/** Saves the file that is open; afterwards the link is asked how many downloads are left. */
function useSave(linkId: string, file: SharedFile | undefined): { isSaving: boolean; save: () => Promise<void> } {
  const [isSaving, setSaving] = useState(false)
  const running = useRef<AbortController>(undefined)
  const queries = useQueryClient()
  useEffect(() => () => running.current?.abort(), [])
  const save = async () => {
    if (file?.mayDownload !== true || isSaving) return
    const { signal } = (running.current = new AbortController())
    setSaving(true)
    try {
      await saveFile(linkId, file.id, signal)
    } catch (error) {
      if (!signal.aborted) tellRefusal(`${file.name} was not downloaded`, error)
    } finally {
      setSaving(false)
      lookWhatIsLeft(queries, linkId)
    }
  }
  return { isSaving, save }
}

function Coming() {
  return (
    <div className="flex h-full items-center justify-center">
      <Spinner />
    </div>
  )
}

function Missing({ onClose }: { onClose: () => void }) {
  return (
    <EmptyState
      picture={<FileX className="size-8 text-ink-faint" strokeWidth={1.25} />}
      title="This file is not here"
      action={<Button onClick={onClose}>Back</Button>}
    >
      It was taken away, or is not in this link.
    </EmptyState>
  )
}

/** Stands before the stage, so that the keys of what is shown come before these. */
function Keys({ shortcuts }: { shortcuts: Shortcut[] }) {
  useShortcuts(shortcuts, { isModal: true })
  return null
}

function shortcutsOf(does: { close: () => void; previous: () => void; next: () => void; save: () => Promise<void> }) {
  return [
    { keys: 'Escape', run: does.close },
    { keys: 'ArrowLeft', run: does.previous },
    { keys: 'ArrowRight', run: does.next },
    { keys: 'd', run: () => void does.save() },
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
