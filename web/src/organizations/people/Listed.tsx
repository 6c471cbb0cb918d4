import type { ReactNode } from 'react'
import { Button } from '../../ui/Button.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'

type Asked<T> = {
  data: T[] | undefined
  error: Error | null
  refetch: () => unknown
  hasNextPage: boolean
  isFetchingNextPage: boolean
  fetchNextPage: () => unknown
}

/** A list from the server in all its states: coming, refused, empty, there, and more of it. */
export function Listed<T>({
  asked,
  empty,
  children,
}: {
  asked: Asked<T>
  empty: ReactNode
  children: (rows: T[]) => ReactNode
}) {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = asked
  if (data === undefined && error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeleton className="h-32" />
  if (data.length === 0) return <>{empty}</>
  return (
    <div className="flex flex-col gap-3">
      {children(data)}
      {hasNextPage && (
        <Button className="self-center" isBusy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show more
        </Button>
      )}
    </div>
  )
}
