import { useInfiniteQuery } from '@tanstack/react-query'
import { Link2 } from 'lucide-react'
import { EmptyState } from '../ui/EmptyState.tsx'
import { Problem } from '../ui/Problem.tsx'
import { ShowMore } from '../ui/ShowMore.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { LinkList } from './LinkList.tsx'
import { linksQuery } from './queries.ts'

/** Every link that somebody made in an organization, or that anybody did. */
export function LinksOverview({
  organizationId,
  everyone,
}: {
  organizationId: string
  /** Everybody's; for owners and admins. */
  everyone: boolean
}) {
  const asked = useInfiniteQuery(linksQuery(organizationId, everyone))
  const { data, error, refetch } = asked
  const links = data?.pages.flatMap(({ items }) => items)
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (links === undefined) return <Skeleton className="h-48" />
  if (links.length === 0)
    return (
      <EmptyState
        picture={<Link2 className="size-8 text-ink-faint" strokeWidth={1.25} />}
        title={everyone ? 'Nobody has made a link yet' : 'You have made no link yet'}
      >
        A link lets people without an account look, download or send files. Choose something in the library, share it,
        and take Links.
      </EmptyState>
    )
  return (
    <div className="flex flex-col gap-4">
      <LinkList label="Links" links={links} controlsAll={everyone} namesTarget />
      <ShowMore of={asked}>Show older</ShowMore>
    </div>
  )
}
