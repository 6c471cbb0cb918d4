import { memo, type ReactNode } from 'react'
import type { Row } from './layout.ts'

/** One row of boxes in its place. Drawn again only when its layout or what its cells show has changed. */
export const GridRow = memo(function GridRow({ row, start, top, renderCell }: GridRowProps) {
  return (
    <div
      role="row"
      className="absolute inset-x-0 top-0"
      style={{ transform: `translateY(${top}px)`, height: row.height }}
    >
      {row.boxes.map((box, i) => {
        const index = start + row.first + i
        return (
          <div
            // By its place in the row: what comes before the row changes only its number, and is no reason to draw it anew.
            key={i}
            role="presentation"
            className="absolute top-0 h-full"
            style={{ left: box.x, width: box.width }}
          >
            {renderCell(index, { width: box.width, height: row.height })}
          </div>
        )
      })}
    </div>
  )
})

type GridRowProps = {
  row: Row
  start: number
  top: number
  renderCell: (index: number, size: { width: number; height: number }) => ReactNode
  /** Only compared. */
  version: unknown
}
