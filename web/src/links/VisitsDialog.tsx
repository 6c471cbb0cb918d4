import type { Link, LinkVisit } from '@trove/contract/links'
import { useInfiniteQuery } from '@tanstack/react-query'
import { formatCount, formatDateTime } from '../lib/format.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Problem } from '../ui/Problem.tsx'
import { ShowMore } from '../ui/ShowMore.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { visitsQuery } from './queries.ts'
import { programOf, targetName } from './words.ts'

/** Who opened a link, when and from where. */
export function VisitsDialog({ link, onClose }: { link: Link; onClose: () => void }) {
  const visits = useInfiniteQuery(visitsQuery(link.id))
  const rows = visits.data?.pages.flatMap(({ items }) => items)
  return (
    <Dialog
      title="Who opened it"
      description={link.label === '' ? targetName(link) : link.label}
      isOpen
      onClose={onClose}
      width="wide"
      isReading
    >
      {visits.error !== null && <Problem error={visits.error} onRetry={() => void visits.refetch()} />}
      {visits.error === null && rows === undefined && <Skeleton className="h-32" />}
      {rows?.length === 0 && <p className="text-base text-ink-soft">Nobody has opened it yet.</p>}
      {rows !== undefined && rows.length > 0 && (
        <div className="flex flex-col items-start gap-3">
          <ul aria-label="Visits" className="w-full overflow-hidden rounded-lg border border-line bg-surface">
            {rows.map((visit) => (
              <Line key={visit.id} visit={visit} />
            ))}
          </ul>
          <ShowMore of={visits}>Show older</ShowMore>
        </div>
      )}
    </Dialog>
  )
}

function Line({ visit: { at, ip, email, userAgent, downloads } }: { visit: LinkVisit }) {
  return (
    <li className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-0.5 border-b border-line px-3.5 py-2.5 last:border-0">
      <span className="tabular text-sm font-medium">{formatDateTime(at)}</span>
      <span className="text-sm text-ink-soft">
        {downloads === 0 ? 'Took nothing' : formatCount(downloads, 'download')}
      </span>
      <span className="w-full text-sm break-words text-ink-soft">
        {email !== undefined && `${email}, `}
        <span className="tabular">{ip}</span>, {programOf(userAgent)}
      </span>
    </li>
  )
}
