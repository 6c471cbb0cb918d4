import type { TimelineEvent, TimelineEventFilter } from '@trove/contract/timeline-events'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Images } from 'lucide-react'
import { useEffect, useRef, type ReactNode } from 'react'
import { EmptyState } from '../ui/EmptyState.tsx'
import { Problem } from '../ui/Problem.tsx'
import { ShowMore } from '../ui/ShowMore.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { EventCard, type EventLink } from './EventCard.tsx'
import { eventsQuery } from './queries.ts'

const GRID = 'grid grid-cols-2 gap-x-4 gap-y-6 sm:grid-cols-3 lg:grid-cols-4 xl:grid-cols-5'

export type EventListProps = {
  organizationId: string
  filter: TimelineEventFilter
  link: EventLink
  /** What is said when there are none. */
  empty?: ReactNode
  /** Lets each be chosen. */
  check?: (event: TimelineEvent) => ReactNode
}

/** Events, those that happened last first; more come as one goes on. */
export function EventList({ organizationId, filter, link, empty, check }: EventListProps) {
  const listed = useInfiniteQuery(eventsQuery(organizationId, filter))
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = listed
  if (data === undefined) {
    if (error !== null) return <Problem error={error} onRetry={() => void listed.refetch()} />
    return (
      <ul aria-label="Events" aria-busy className={GRID}>
        {Array.from({ length: 8 }, (_, i) => (
          <li key={i}>
            <Skeleton className="aspect-[4/3] rounded-lg" />
            <Skeleton className="mt-2 h-4 w-2/3 rounded" />
          </li>
        ))}
      </ul>
    )
  }
  if (data.length === 0) return <>{empty ?? <NoEvents />}</>
  return (
    <div className="flex flex-col gap-6">
      <ul aria-label="Events" className={GRID}>
        {data.map((event) => (
          <EventCard key={event.id} event={event} link={link} {...(check !== undefined && { check: check(event) })} />
        ))}
      </ul>
      {error !== null && <Problem error={error} shape="line" />}
      <Onward isOn={hasNextPage && !isFetchingNextPage && error === null} onReached={() => void fetchNextPage()} />
      <ShowMore of={{ hasNextPage, isFetchingNextPage, fetchNextPage }} className="self-center" />
    </div>
  )
}

/** Asks for more a while before the end is in sight. */
function Onward({ isOn, onReached }: { isOn: boolean; onReached: () => void }) {
  const end = useRef<HTMLDivElement>(null)
  const reached = useRef(onReached)
  reached.current = onReached
  useEffect(() => {
    if (!isOn || end.current === null) return
    const watch = new IntersectionObserver(([entry]) => entry?.isIntersecting === true && reached.current(), {
      rootMargin: '600px',
    })
    watch.observe(end.current)
    return () => watch.disconnect()
  }, [isOn])
  return <div ref={end} aria-hidden />
}

function NoEvents() {
  return (
    <EmptyState picture={<Images className="size-10 text-ink-faint" strokeWidth={1.25} />} title="No events yet">
      Choose images or a video in the library and make a photo, a photo series or a video clip of them.
    </EmptyState>
  )
}
