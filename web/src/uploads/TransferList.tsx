import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import type { Transfer } from './model.ts'
import { TransferRow } from './TransferRow.tsx'

const ROW_PIXELS = 56

/** Rows of the tray; only those in view are drawn, however many there are. */
export function TransferList({ transfers, className }: { transfers: readonly Transfer[]; className: string }) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: transfers.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PIXELS,
    getItemKey: (index) => transfers[index]?.key ?? index,
    overscan: 6,
  })
  const nowMs = Date.now()
  return (
    <div ref={scroller} className={className} tabIndex={0} role="group" aria-label="Files on their way">
      <ul className="relative w-full" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const transfer = transfers[index]
          if (transfer === undefined) return null
          return (
            <li
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              aria-setsize={transfers.length}
              aria-posinset={index + 1}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${start}px)` }}
            >
              <TransferRow transfer={transfer} nowMs={transfer.state === 'retrying' ? nowMs : 0} />
            </li>
          )
        })}
      </ul>
    </div>
  )
}
