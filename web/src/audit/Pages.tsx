import type { ReactNode } from 'react'
import { Problem } from '../ui/Problem.tsx'
import { ShowMore, type NextPage } from '../ui/ShowMore.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'

/** What a query of pages gives. */
type Asked<Row> = NextPage & {
  data: { pages: { items: Row[] }[] } | undefined
  error: unknown
  refetch: () => unknown
}

/** Lines in pages: while they come, when there are none, when it failed, and how to go on. */
export function Pages<Row extends { id: string }>({ label, asked, none, children }: PagesProps<Row>) {
  const { data, error, refetch, hasNextPage } = asked
  const rows = data?.pages.flatMap(({ items }) => items)
  if (rows === undefined) return error === null ? <Waiting /> : <Problem error={error} onRetry={() => void refetch()} />
  const isSearching = rows.length === 0 && hasNextPage
  return (
    <div className="flex flex-col gap-3">
      {rows.length > 0 && (
        <ul aria-label={label} className="divide-y divide-line rounded-lg border border-line bg-surface">
          {rows.map(children)}
        </ul>
      )}
      {rows.length === 0 && (
        <p className="rounded-lg border border-line px-4 py-8 text-center text-sm text-balance text-ink-soft">
          {isSearching ? 'Nothing among the lines that were looked at so far.' : none}
        </p>
      )}
      {error !== null && <Problem error={error} shape="line" />}
      <ShowMore of={asked}>{isSearching ? 'Search further back' : 'Show older'}</ShowMore>
    </div>
  )
}

type PagesProps<Row> = { label: string; asked: Asked<Row>; none: ReactNode; children: (row: Row) => ReactNode }

function Waiting() {
  return (
    <div aria-hidden className="flex flex-col gap-2">
      {[0, 1, 2, 3].map((i) => (
        <Skeleton key={i} className="h-12" />
      ))}
    </div>
  )
}
