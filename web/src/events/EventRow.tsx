import type { TimelineEventFilter } from '@trove/contract/timeline-events'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { EventCard, type EventLink } from './EventCard.tsx'
import { eventsQuery } from './queries.ts'

const SHOWN = 12

type EventRowProps = {
  organizationId: string
  filter: TimelineEventFilter
  label: string
  link: EventLink
  /** Leads to all of them. */
  all: ReactNode
}

/** The latest events of a place in one row; nothing where there are none. */
export function EventRow({ organizationId, filter, label, link, all }: EventRowProps) {
  const { data = [], hasNextPage } = useInfiniteQuery(eventsQuery(organizationId, filter))
  if (data.length === 0) return null
  return (
    <section aria-label={label} className="pt-3 pb-2 max-sm:px-1.5">
      <div className="mb-2 flex items-baseline gap-3">
        <h2 className="text-sm font-medium">Events</h2>
        {(hasNextPage || data.length > SHOWN) && <span className="text-sm">{all}</span>}
      </div>
      <ul aria-label={label} className="flex gap-3 overflow-x-auto pb-1 [&>li]:w-44 [&>li]:shrink-0 max-sm:[&>li]:w-36">
        {data.slice(0, SHOWN).map((event) => (
          <EventCard key={event.id} event={event} link={link} />
        ))}
      </ul>
    </section>
  )
}
