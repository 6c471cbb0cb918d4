import type { PersonAccess } from '@trove/contract/grants'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { accessQuery } from './queries.ts'
import { verbsOf } from './rights.ts'
import type { Shared } from './subject.ts'
import { reasonWords } from './words.ts'

/** Who can see a file or a folder, and why; without the right to share: why one can oneself. */
export function AccessSection({ resource }: { resource: Shared }) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    accessQuery(resource.id),
  )
  const title = resource.rights.includes('share') ? 'Who can see this, and why' : 'Why you can see this'
  return (
    <section aria-label={title}>
      <h3 className="mb-2 border-b border-line pb-1 text-xs font-medium text-ink-faint">{title}</h3>
      {error !== null && data === undefined && <Problem error={error} shape="line" />}
      {error !== null && data === undefined && (
        <Button size="small" className="mt-2" onClick={() => void refetch()}>
          Try again
        </Button>
      )}
      {error === null && data === undefined && (
        <div role="status" aria-label="Looking who can see this" className="flex flex-col gap-2">
          <Skeleton className="h-9" />
          <Skeleton className="h-9" />
        </div>
      )}
      <ul className="flex flex-col gap-2.5">
        {data?.pages
          .flatMap((page) => page.items)
          .map((one) => (
            <Person key={one.person.id} access={one} resource={resource} />
          ))}
      </ul>
      {hasNextPage && (
        <Button
          size="small"
          tone="quiet"
          className="mt-2"
          isBusy={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          Show more people
        </Button>
      )}
    </section>
  )
}

function Person({ access: { person, rights, reasons }, resource }: { access: PersonAccess; resource: Shared }) {
  return (
    <li className="flex gap-2.5 text-sm">
      <Avatar id={person.id} name={person.name} />
      <div className="min-w-0 flex-1">
        <p className="flex items-baseline justify-between gap-2">
          <span className="truncate font-medium">{person.name}</span>
          <span className="shrink-0 text-xs text-ink-faint">{verbsOf(rights)}</span>
        </p>
        {reasons.map((reason) => (
          <p key={reason.kind === 'grant' ? reason.grantId : reason.kind} className="text-xs break-words text-ink-soft">
            {reasonWords(reason, resource)}
          </p>
        ))}
      </div>
    </li>
  )
}
