import type { FileDetails } from '@trove/contract/files'
import { Columns2, Download, Info, Trash2, UserPlus, X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { downloadUrl } from '../lib/file-urls.ts'
import { isFetchable } from '../lib/scan.ts'
import { saveWhenBack } from '../lib/saving.ts'
import { Badge } from '../ui/Badge.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Tooltip } from '../ui/Tooltip.tsx'
import type { Siblings } from './siblings.ts'

type TopBarProps = {
  file: FileDetails | undefined
  siblings: Siblings
  isDetailed: boolean
  onToggleDetails: () => void
  /** Undefined when it may not be shared. */
  onShare: (() => void) | undefined
  /** Undefined when there is nothing to compare it with. */
  onCompare: (() => void) | undefined
  onTrash: () => void
  onClose: () => void
}

/** What is open, where it stands, and what can be done with it. */
export function TopBar({
  file,
  siblings: { position, count },
  isDetailed,
  onToggleDetails,
  onShare,
  onCompare,
  onTrash,
  onClose,
}: TopBarProps) {
  const number = new Intl.NumberFormat()
  return (
    <header className="flex h-12 shrink-0 items-center gap-1 px-2 pt-[env(safe-area-inset-top)] sm:px-3">
      <IconButton label="Close" keys="Escape" icon={<X />} onClick={onClose} />
      <div className="ml-1 flex min-w-0 flex-1 items-baseline gap-2.5">
        <Dialog.Title className="min-w-0 truncate text-base font-medium">{file?.name ?? ' '}</Dialog.Title>
        {file?.damage !== undefined && <Badge tone="danger">Damaged</Badge>}
        {position !== undefined && count !== undefined && (
          <span className="tabular shrink-0 text-xs text-ink-faint">
            {number.format(position)} of {number.format(count)}
          </span>
        )}
      </div>
      {file?.rights.includes('download') === true && isFetchable(file) && (
        <Tooltip label="Download the original" keys="d">
          <a
            href={downloadUrl(file.id)}
            download=""
            onClick={(event) => saveWhenBack(event, file)}
            aria-label="Download the original"
            className="touchable inline-flex size-8 items-center justify-center rounded-md text-ink-soft transition-colors hover:bg-hover hover:text-ink [&_svg]:size-4"
          >
            <Download />
          </a>
        </Tooltip>
      )}
      {onShare !== undefined && <IconButton label="Share" keys="s" icon={<UserPlus />} onClick={onShare} />}
      {onCompare !== undefined && (
        <IconButton label="Compare with the next" keys="c" icon={<Columns2 />} onClick={onCompare} />
      )}
      <IconButton label="Details" keys="i" icon={<Info />} isOn={isDetailed} onClick={onToggleDetails} />
      {file?.rights.includes('write') === true && file.trashedAt === undefined && (
        <IconButton label="Move to the trash" keys="Delete" icon={<Trash2 />} tone="danger" onClick={onTrash} />
      )}
    </header>
  )
}
