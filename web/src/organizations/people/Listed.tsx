import type { ReactNode } from 'react'
import { Problem } from '../../ui/Problem.tsx'
import { ShowMore, type NextPage } from '../../ui/ShowMore.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'

type Asked<T> = NextPage & {
  data: T[] | undefined
  error: Error | null
  refetch: () => unknown
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
  const { data, error, refetch } = asked
  if (data === undefined && error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeleton className="h-32" />
  if (data.length === 0) return <>{empty}</>
  return (
    <div className="flex flex-col gap-3">
      {children(data)}
      <ShowMore of={asked} className="self-center" />
    </div>
  )
}
