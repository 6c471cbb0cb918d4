import type { TimelineEvent, TimelineEventFilter, TimelineEventKind } from '@trove/contract/timeline-events'
import { timelineEventKinds } from '@trove/contract/timeline-words'
import { lazy, Suspense, useMemo, useState } from 'react'
import { EventList, type EventLink } from '../events/index.ts'
import { useShortcuts } from '../lib/keys.ts'
import { useOrganization } from '../organizations/index.ts'
import { Bar } from '../ui/Bar.tsx'
import { Checkbox } from '../ui/Checkbox.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import { undoLast } from '../ui/toast.ts'
import { EventsBar } from './EventsBar.tsx'
import { FolderChip } from './FolderChip.tsx'
import type { EventsSearch } from './events-search.ts'

const EventDialogs = lazy(async () => ({ default: (await import('./EventDialogs.tsx')).EventDialogs }))

type EventsPageProps = { search: EventsSearch; onSearch: (search: EventsSearch) => void; link: EventLink }

/** Every event that one can see, those that happened last first. */
export function EventsPage({ search, onSearch, link }: EventsPageProps) {
  const organization = useOrganization()
  const [chosen, setChosen] = useState<ReadonlyMap<string, TimelineEvent>>(new Map())
  // Its dialogs are there from the first time that one is chosen.
  const [wasChosen, setWasChosen] = useState(false)
  if (chosen.size > 0 && !wasChosen) setWasChosen(true)
  const filter = useMemo(() => filterOf(search), [search])
  const clear = () => setChosen(new Map())
  useShortcuts([
    { keys: 'z', label: 'Undo', run: () => void undoLast() },
    { keys: 'Escape', label: 'Clear the selection', when: () => chosen.size > 0, run: clear },
  ])
  const check = (event: TimelineEvent) =>
    (search.what !== 'trash' || event.rights.includes('write')) && (
      <span className="block rounded-md bg-surface/90 p-1.5">
        <Checkbox
          isChecked={chosen.has(event.id)}
          onChange={(isChosen) =>
            setChosen((now) => {
              const next = new Map(now)
              if (isChosen) next.set(event.id, event)
              else next.delete(event.id)
              return next
            })
          }
        >
          <span className="sr-only">Choose {event.title}</span>
        </Checkbox>
      </span>
    )
  return (
    <>
      <Bar slot="title">
        <h1 className="truncate text-base font-semibold">Events</h1>
      </Bar>
      <div className="relative h-full">
        <div className="h-full overflow-y-auto">
          <div className="mx-auto flex max-w-7xl flex-col gap-6 px-4 py-5 sm:px-6">
            <div className="flex max-w-full items-center gap-2 overflow-x-auto">
              <Segmented<'all' | NonNullable<EventsSearch['what']>>
                label="Which events"
                value={search.what ?? 'all'}
                onChange={(what) => {
                  clear()
                  const { what: _, ...others } = search
                  onSearch(what === 'all' ? others : { ...others, what })
                }}
                options={[
                  { value: 'all', label: 'All' },
                  ...timelineEventKinds.map((kind) => ({ value: kind, label: SHORT[kind] })),
                  { value: 'trash', label: 'Trash' },
                ]}
              />
              <FolderChip
                organizationId={organization.id}
                folderId={search.folder}
                onChange={(folderId) => {
                  clear()
                  const { folder: _, ...others } = search
                  onSearch(folderId === undefined ? others : { ...others, folder: folderId })
                }}
              />
            </div>
            <EventList organizationId={organization.id} filter={filter} link={link} check={check} />
          </div>
        </div>
        {chosen.size > 0 && (
          <EventsBar chosen={[...chosen.values()]} isTrash={search.what === 'trash'} onDone={clear} />
        )}
      </div>
      {wasChosen && (
        <Suspense>
          <EventDialogs />
        </Suspense>
      )}
    </>
  )
}

const filterOf = ({ what, folder }: EventsSearch): TimelineEventFilter => ({
  ...(what === 'trash' ? { trashed: true } : what !== undefined && { kind: what }),
  ...(folder !== undefined && { folderId: folder }),
})

const SHORT: Record<TimelineEventKind, string> = { photo: 'Photos', series: 'Series', clip: 'Clips' }
