import type { TimelineEvent, TimelineEventFilter, TimelineEventKind } from '@trove/contract/timeline-events'
import { timelineEventKinds } from '@trove/contract/timeline-words'
import { useQueryClient } from '@tanstack/react-query'
import { ArchiveRestore, Trash2, X } from 'lucide-react'
import { useMemo, useState } from 'react'
import { EventList, restoreEvents, trashEvents, type EventLink } from '../events/index.ts'
import { formatCount } from '../lib/format.ts'
import { useShortcuts } from '../lib/keys.ts'
import { useOrganization } from '../organizations/index.ts'
import { Bar } from '../ui/Bar.tsx'
import { Button } from '../ui/Button.tsx'
import { Checkbox } from '../ui/Checkbox.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import { undoLast } from '../ui/toast.ts'
import type { EventsSearch } from './events-search.ts'

type EventsPageProps = { search: EventsSearch; onSearch: (search: EventsSearch) => void; link: EventLink }

/** Every event that one can see, those that happened last first. */
export function EventsPage({ search, onSearch, link }: EventsPageProps) {
  const organization = useOrganization()
  const [chosen, setChosen] = useState<ReadonlyMap<string, TimelineEvent>>(new Map())
  const filter = useMemo(() => filterOf(search), [search])
  const clear = () => setChosen(new Map())
  useShortcuts([
    { keys: 'z', label: 'Undo', run: () => void undoLast() },
    { keys: 'Escape', label: 'Clear the selection', when: () => chosen.size > 0, run: clear },
  ])
  const check = (event: TimelineEvent) =>
    event.rights.includes('write') && (
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
            <div className="flex max-w-full overflow-x-auto">
              <Segmented<'all' | NonNullable<EventsSearch['what']>>
                label="Which events"
                value={search.what ?? 'all'}
                onChange={(what) => {
                  clear()
                  onSearch(what === 'all' ? {} : { what })
                }}
                options={[
                  { value: 'all', label: 'All' },
                  ...timelineEventKinds.map((kind) => ({ value: kind, label: SHORT[kind] })),
                  { value: 'trash', label: 'Trash' },
                ]}
              />
            </div>
            <EventList organizationId={organization.id} filter={filter} link={link} check={check} />
          </div>
        </div>
        {chosen.size > 0 && (
          <ChosenBar chosen={[...chosen.values()]} isTrash={search.what === 'trash'} onDone={clear} />
        )}
      </div>
    </>
  )
}

function ChosenBar({ chosen, isTrash, onDone }: { chosen: TimelineEvent[]; isTrash: boolean; onDone: () => void }) {
  const queries = useQueryClient()
  const run = async () => {
    onDone()
    if (isTrash) await restoreEvents(queries, chosen)
    else await trashEvents(queries, chosen)
  }
  const Icon = isTrash ? ArchiveRestore : Trash2
  return (
    <div
      role="toolbar"
      aria-label="Selection"
      className="absolute bottom-4 left-1/2 z-20 flex -translate-x-1/2 animate-rise items-center gap-1 rounded-lg bg-surface p-1.5 shadow-high"
    >
      <IconButton label="Clear the selection" keys="Escape" icon={<X />} side="top" onClick={onDone} />
      <span aria-live="polite" className="tabular px-1 font-medium whitespace-nowrap">
        {formatCount(chosen.length, 'event')} selected
      </span>
      <Button tone={isTrash ? 'plain' : 'danger'} icon={<Icon className="size-4" />} onClick={() => void run()}>
        {isTrash ? 'Restore' : 'Move to trash'}
      </Button>
    </div>
  )
}

const filterOf = ({ what }: EventsSearch): TimelineEventFilter =>
  what === undefined ? {} : what === 'trash' ? { trashed: true } : { kind: what }

const SHORT: Record<TimelineEventKind, string> = { photo: 'Photos', series: 'Series', clip: 'Clips' }
