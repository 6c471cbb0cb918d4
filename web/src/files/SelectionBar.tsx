import { ArchiveRestore, Download, FolderInput, ListChecks, Trash2, UserPlus, X } from 'lucide-react'
import { formatCount } from '../lib/format.ts'
import { Button } from '../ui/Button.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { download, DOWNLOAD_AT_MOST, moveToTrash, restoreChosen } from './actions.ts'
import { EVERYTHING, type Chosen } from './chosen.ts'
import { allowedFor, downloadable, filesOf, type PageDeeds } from './deeds.ts'
import type { Listing } from './listing/listing.ts'
import type { Choosing } from './useChoosing.ts'

/** What can be done with what is chosen; floats over the foot of the grid. */
export function SelectionBar({
  listing,
  choosing,
  deeds,
  count,
  total,
}: {
  listing: Listing
  choosing: Choosing
  deeds: PageDeeds
  count: number
  total: number
}) {
  const { chosen, clear, set } = choosing
  const isTrash = listing.filter.trashed === true
  const act = (run: (chosen: Chosen) => void) => () => {
    run(chosen)
    clear()
  }
  const files = filesOf(listing, chosen)
  const allowed = allowedFor(chosen, files, deeds)
  const canDownload = !allowed.isTooManyToDownload
  return (
    <div
      role="toolbar"
      data-floating-bar
      aria-label="Selection"
      className="absolute bottom-4 left-1/2 z-20 flex max-w-[calc(100%-16px)] -translate-x-1/2 animate-rise items-center gap-1 rounded-lg bg-surface p-1.5 shadow-high"
    >
      <IconButton label="Clear the selection" keys="Escape" icon={<X />} side="top" onClick={clear} />
      <span aria-live="polite" className="tabular px-1 font-medium whitespace-nowrap">
        {formatCount(count, 'file')}
        <span className="max-sm:hidden"> selected</span>
      </span>
      <span aria-hidden className="mx-1 h-5 w-px bg-line" />
      {count < total && (
        <IconButton
          label={`Select all ${formatCount(total, 'file')}`}
          keys="mod+a"
          icon={<ListChecks />}
          side="top"
          onClick={() => set(EVERYTHING)}
        />
      )}
      {allowed.share && (
        <IconButton label="Share" keys="s" icon={<UserPlus />} side="top" onClick={() => deeds.onShare?.(files)} />
      )}
      {allowed.move && (
        <IconButton label="Move" keys="m" icon={<FolderInput />} side="top" onClick={() => deeds.onMove?.(files)} />
      )}
      {allowed.download && (
        <IconButton
          label={canDownload ? 'Download' : `Download works for up to ${DOWNLOAD_AT_MOST} files at a time`}
          keys="d"
          icon={<Download />}
          side="top"
          aria-disabled={!canDownload}
          className={canDownload ? '' : 'opacity-40'}
          onClick={() => canDownload && void download(downloadable(files))}
        />
      )}
      {!allowed.change ? null : isTrash ? (
        <Button icon={<ArchiveRestore className="size-4" />} onClick={act((one) => void restoreChosen(listing, one))}>
          Restore
        </Button>
      ) : (
        <Button
          tone="danger"
          icon={<Trash2 className="size-4" />}
          onClick={act((one) => void moveToTrash(listing, one))}
        >
          <span className="max-sm:sr-only">Move to trash</span>
        </Button>
      )}
    </div>
  )
}
