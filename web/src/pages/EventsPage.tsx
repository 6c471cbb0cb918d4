import { timelineEventKinds, type TimelineEventFilter, type TimelineEventKind } from '@trove/contract/timeline-events'
import { EventList, type EventLink } from '../events/index.ts'
import { useOrganization } from '../organizations/index.ts'
import { Bar } from '../ui/Bar.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import type { EventsSearch } from './events-search.ts'

type EventsPageProps = { search: EventsSearch; onSearch: (search: EventsSearch) => void; link: EventLink }

/** Every event that one can see, those that happened last first. */
export function EventsPage({ search, onSearch, link }: EventsPageProps) {
  const organization = useOrganization()
  return (
    <>
      <Bar slot="title">
        <h1 className="truncate text-base font-semibold">Events</h1>
      </Bar>
      <div className="h-full overflow-y-auto">
        <div className="mx-auto flex max-w-7xl flex-col gap-6 px-4 py-5 sm:px-6">
          <Segmented<'all' | NonNullable<EventsSearch['what']>>
            label="Which events"
            value={search.what ?? 'all'}
            onChange={(what) => onSearch(what === 'all' ? {} : { what })}
            options={[
              { value: 'all', label: 'All' },
              ...timelineEventKinds.map((kind) => ({ value: kind, label: SHORT[kind] })),
              { value: 'trash', label: 'Trash' },
            ]}
          />
          <EventList organizationId={organization.id} filter={filterOf(search)} link={link} />
        </div>
      </div>
    </>
  )
}

const filterOf = ({ what }: EventsSearch): TimelineEventFilter =>
  what === undefined ? {} : what === 'trash' ? { trashed: true } : { kind: what }

const SHORT: Record<TimelineEventKind, string> = { photo: 'Photos', series: 'Series', clip: 'Clips' }
