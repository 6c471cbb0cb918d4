import { Skeleton } from '../ui/Skeleton.tsx'
import type { Layout } from './layouts.ts'

const ROWS = [
  [1.5, 0.75, 1.33, 1.5, 1],
  [1.33, 1.5, 1.78, 0.67],
  [0.75, 1.5, 1, 1.33, 1.5],
  [1.5, 1.33, 1.5, 1],
]

/** The library before anything is known of it. */
export function GridSkeleton({ layout }: { layout: Layout }) {
  if (layout === 'list') {
    return (
      <div aria-busy="true" aria-label="Loading files" role="status" className="flex flex-col gap-2 px-4 py-3">
        {Array.from({ length: 12 }, (_, i) => (
          <Skeleton key={i} className="h-9" />
        ))}
      </div>
    )
  }
  return (
    <div
      aria-busy="true"
      aria-label="Loading files"
      role="status"
      className="h-full overflow-hidden pt-3 pr-14 pl-4 max-sm:px-0.5"
    >
      <Skeleton className="mb-2 h-5 w-28 max-sm:mx-2" />
      {ROWS.map((row, i) => (
        <div key={i} className="mb-1 flex h-[216px] gap-1 max-sm:h-[132px]">
          {row.map((aspect, j) => (
            <div key={j} style={{ flexGrow: layout === 'square' ? 1 : aspect }} className="min-w-0 basis-0">
              <Skeleton className="size-full rounded-xs!" />
            </div>
          ))}
        </div>
      ))}
    </div>
  )
}
