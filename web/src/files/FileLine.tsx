import type { File } from '@trove/contract/files'
import { TriangleAlert } from 'lucide-react'
import { memo } from 'react'
import { cx } from '../lib/cx.ts'
import { formatBytes, formatCount, formatDay, formatDuration, formatPixels } from '../lib/format.ts'
import { scanMark } from '../lib/scan.ts'
import { Badge } from '../ui/Badge.tsx'
import { FilePicture } from './FilePicture.tsx'
import { lineColumns } from '../ui/line-columns.ts'
import type { CellProps } from './cell.ts'
import { CheckMark, MoreMark } from './FileTile.tsx'
import { typeName } from './kinds.ts'
import { useCell } from './useCell.ts'

/** A file in the list. On a phone: name over size and day. */
export const FileLine = memo(function FileLine(props: CellProps) {
  const { file, index, isChosen, isChoosing, hasFocus, onChoose, onMenu } = props
  const handlers = useCell(props)
  return (
    <div
      role="gridcell"
      data-index={index}
      tabIndex={hasFocus ? 0 : -1}
      aria-selected={isChosen}
      {...handlers}
      className={cx(
        'group relative flex size-full cursor-default items-center gap-3 border-b border-line px-2 outline-none select-none focus-visible:ring-2 focus-visible:ring-accent focus-visible:ring-inset',
        lineColumns,
        isChosen ? 'bg-accent-soft' : 'hover:bg-hover',
      )}
    >
      <span className="relative block size-9 shrink-0 overflow-hidden rounded-xs">
        <FilePicture file={file} width={36} height={36} />
        <CheckMark
          isChosen={isChosen}
          isShown={isChoosing}
          onPress={(event) => {
            event.stopPropagation()
            onChoose(index, event)
          }}
        />
      </span>
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-2">
          <span className="truncate font-medium">{file.name}</span>
          {scanMark(file.scan) !== undefined && (
            <Badge tone={scanMark(file.scan)?.tone ?? 'plain'}>{scanMark(file.scan)?.name}</Badge>
          )}
          {file.damage !== undefined && <Badge tone="danger">Damaged</Badge>}
          {file.status === 'failed' && (
            <TriangleAlert aria-label="No preview" className="size-3.5 shrink-0 text-warning" />
          )}
        </span>
        <span className="tabular block truncate text-xs text-ink-faint sm:hidden">
          {formatBytes(file.sizeBytes)} · {measureOf(file) === '' ? typeName(file) : measureOf(file)} ·{' '}
          {formatDay(file.createdAt)}
        </span>
      </span>
      <span className="truncate text-ink-soft max-sm:hidden">{typeName(file)}</span>
      <span className="tabular text-right text-ink-soft max-sm:hidden">{formatBytes(file.sizeBytes)}</span>
      <span className="tabular truncate text-right text-ink-soft max-sm:hidden">{measureOf(file)}</span>
      <span className="truncate text-ink-soft max-sm:hidden">{file.createdBy.name}</span>
      <span className="tabular text-right text-ink-soft max-sm:hidden">
        {formatDay(file.trashedAt ?? file.createdAt)}
      </span>
      <span className="max-sm:hidden">
        <MoreMark onPress={(at) => onMenu(index, at)} />
      </span>
    </div>
  )
})

/** How large or how long, in the measure of its kind. */
export function measureOf({ kind, durationMs, pages, widthPixels, heightPixels }: File): string {
  if ((kind === 'video' || kind === 'audio') && durationMs !== undefined) return formatDuration(durationMs)
  if (pages !== undefined) return formatCount(pages, 'page')
  return widthPixels === undefined || heightPixels === undefined ? '' : formatPixels(widthPixels, heightPixels)
}

/** Headings over the list, for eyes only: a line says everything itself. */
export function LineHeadings({ isTrash }: { isTrash: boolean }) {
  return (
    <div aria-hidden className={cx('hidden px-2 py-1.5 text-xs text-ink-faint', lineColumns)}>
      <span />
      <span>Name</span>
      <span>Type</span>
      <span className="text-right">Size</span>
      <span className="text-right">Dimensions</span>
      <span>By</span>
      <span className="text-right">{isTrash ? 'Trashed' : 'Added'}</span>
      <span />
    </div>
  )
}
