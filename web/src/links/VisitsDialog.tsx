import type { Link, LinkVisit } from '@trove/contract/links'
import { useInfiniteQuery } from '@tanstack/react-query'
import { formatCount, formatDateTime } from '../lib/format.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Table } from '../ui/Table.tsx'
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
          <div className="w-full">
            <Table<LinkVisit>
              label="Visits"
              rows={rows}
              keyOf={({ id }) => id}
              columns={[
                { title: 'When', className: 'tabular whitespace-nowrap', cell: ({ at }) => formatDateTime(at) },
                { title: 'From', cell: (visit) => <From visit={visit} /> },
                {
                  title: 'Took',
                  className: 'whitespace-nowrap text-ink-soft',
                  cell: ({ downloads }) => (downloads === 0 ? 'Nothing' : formatCount(downloads, 'download')),
                },
              ]}
            />
          </div>
          {visits.hasNextPage && (
            <Button isBusy={visits.isFetchingNextPage} onClick={() => void visits.fetchNextPage()}>
              Show older
            </Button>
          )}
        </div>
      )}
    </Dialog>
  )
}

function From({ visit: { ip, email, userAgent } }: { visit: LinkVisit }) {
  return (
    <span className="block">
      {email !== undefined && <span className="block break-words">{email}</span>}
      <span className="tabular block">{ip}</span>
      <span className="block text-xs text-ink-faint">{programOf(userAgent)}</span>
    </span>
  )
}
