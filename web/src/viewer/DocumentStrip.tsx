import type { FileDetails } from '@trove/contract/files'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import { cx } from '../lib/cx.ts'
import { pageUrl } from './document-queries.ts'

const WIDTH_PIXELS = 96
const LABEL_PIXELS = 30

type DocumentStripProps = {
  file: Pick<FileDetails, 'id' | 'sha256'>
  pages: number
  byNumber: ReadonlyMap<number, { widthPixels: number; heightPixels: number }>
  /** Counted from 1. */
  current: number
  onPage: (page: number) => void
}

/** Small pages beside the large ones. */
export function DocumentStrip({ file, pages, byNumber, current, onPage }: DocumentStripProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const heightOf = (index: number) => {
    const picture = byNumber.get(index + 1) ?? byNumber.get(1)
    return Math.round(WIDTH_PIXELS * (picture === undefined ? Math.SQRT2 : picture.heightPixels / picture.widthPixels))
  }
  const virtual = useVirtualizer({
    count: pages,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => heightOf(index) + LABEL_PIXELS,
    overscan: 2,
    paddingStart: 12,
  })
  useEffect(() => virtual.measure(), [virtual, byNumber.size])
  useEffect(() => virtual.scrollToIndex(current - 1, { align: 'auto' }), [virtual, current])
  return (
    <nav ref={scroller} aria-label="Pages" className="w-32 shrink-0 overflow-y-auto border-r border-line bg-surface">
      <div className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const number = index + 1
          return (
            <button
              key={index}
              type="button"
              aria-label={`Page ${number}`}
              aria-current={number === current ? 'page' : undefined}
              onClick={() => onPage(number)}
              className="absolute left-4 flex flex-col items-center gap-1"
              style={{ top: start, width: WIDTH_PIXELS }}
            >
              <span
                className={cx(
                  'block w-full overflow-hidden rounded-xs bg-white outline-2 outline-offset-2',
                  number === current ? 'outline-accent' : 'outline-transparent',
                )}
                style={{ height: heightOf(index) }}
              >
                {byNumber.has(number) && (
                  <img src={pageUrl(file, number)} alt="" loading="lazy" className="size-full object-contain" />
                )}
              </span>
              <span className="tabular text-xs text-ink-soft">{number}</span>
            </button>
          )
        })}
      </div>
    </nav>
  )
}
