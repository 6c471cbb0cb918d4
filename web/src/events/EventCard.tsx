import type { TimelineEvent } from '@trove/contract/timeline-events'
import { Film, Image, Images } from 'lucide-react'
import type { ReactNode } from 'react'
import { cx } from '../lib/cx.ts'
import { formatDuration } from '../lib/format.ts'
import { Thumb } from './Thumb.tsx'
import { whenAtPlace } from '../lib/wall.ts'
import { whatItIs } from './words.ts'

export const kindIcons = { photo: Image, series: Images, clip: Film }

/** Leads to an event; the page knows how. */
export type EventLink = (event: TimelineEvent, children: ReactNode, className: string) => ReactNode

/** One event of many: what it shows first, what it is called, when it was. */
export function EventCard({ event, link, check }: { event: TimelineEvent; link: EventLink; check?: ReactNode }) {
  const Icon = kindIcons[event.kind]
  const [first] = event.cover
  return (
    <li className="group relative flex min-w-0 flex-col rounded-lg">
      {link(
        event,
        <>
          <span className="relative block aspect-[4/3] overflow-hidden rounded-lg bg-hover">
            <Cover event={event} />
            <span className="absolute right-2 bottom-2 flex items-center gap-1 rounded-md bg-black/65 px-1.5 py-0.5 text-xs text-white">
              <Icon aria-hidden className="size-3.5" />
              {event.kind === 'series' && <span className="tabular">{event.pictureCount}</span>}
              {event.kind === 'clip' && first?.durationMs !== undefined && (
                <span className="tabular">{formatDuration(first.durationMs)}</span>
              )}
            </span>
          </span>
          <span className="mt-2 block truncate text-sm font-medium">{event.title}</span>
          <span className="block truncate text-xs text-ink-soft">
            <span className="sr-only">{whatItIs(event)}, </span>
            {whenAtPlace(event.happenedAt)}
          </span>
        </>,
        'block min-w-0 rounded-lg',
      )}
      {check !== undefined && <span className="absolute top-2 left-2">{check}</span>}
    </li>
  )
}

/** One picture, or the first few of a series beside each other. */
function Cover({ event: { kind, cover } }: { event: TimelineEvent }) {
  const shown = kind === 'series' ? cover.slice(0, 4) : cover.slice(0, 1)
  if (shown.length === 0)
    return (
      <span className="absolute inset-0 flex items-center justify-center text-xs text-ink-soft">Nothing to see</span>
    )
  return (
    <span
      className={cx(
        'absolute inset-0 grid gap-0.5',
        shown.length === 2 && 'grid-cols-2',
        shown.length === 3 && 'grid-cols-[2fr_1fr] grid-rows-2 [&>*:first-child]:row-span-2',
        shown.length === 4 && 'grid-cols-2 grid-rows-2',
      )}
    >
      {shown.map((file) => (
        <span key={file.id} className="relative block overflow-hidden">
          <Thumb file={file} />
        </span>
      ))}
    </span>
  )
}
