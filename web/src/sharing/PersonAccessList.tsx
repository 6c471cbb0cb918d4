import type { Grant, ResourceName } from '@trove/contract/grants'
import type { Role } from '@trove/contract/access'
import { useInfiniteQuery } from '@tanstack/react-query'
import { File as FileIcon, Folder as FolderIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { formatDate } from '../lib/format.ts'
import { Problem } from '../ui/Problem.tsx'
import { ShowMore } from '../ui/ShowMore.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Table } from '../ui/Table.tsx'
import { givenWords } from './GrantList.tsx'
import { visibleQuery } from './queries.ts'
import { untilWords } from './words.ts'

const ROLE_SENTENCES: Record<Role, string> = {
  owner: 'An owner sees everything that is here, and may do everything with it.',
  admin: 'An admin sees everything that is here, and may do everything with it.',
  member: 'A member sees what they uploaded, and what was given to them, to one of their teams or to everyone.',
  guest: 'A guest sees what they uploaded, and what was given to them by name or to one of their teams.',
}

/** What one person can see, and by what. For owners and admins. */
export function PersonAccessList({ organizationId, userId, linkTo }: PersonAccessListProps) {
  const asked = useInfiniteQuery(visibleQuery(organizationId, userId))
  const { data, error, refetch } = asked
  const [first] = data?.pages ?? []
  if (error !== null && first === undefined) return <Problem error={error} onRetry={() => void refetch()} />
  if (first === undefined) return <Skeleton className="h-40" />
  const grants = data?.pages.flatMap((page) => page.items) ?? []
  return (
    <div className="flex flex-col gap-6">
      <p className="max-w-2xl text-base text-ink-soft">{ROLE_SENTENCES[first.role]}</p>
      <dl className="flex flex-wrap gap-x-10 gap-y-3">
        <Figure name="Files they can see" value={first.visibleCount} />
        <Figure name="Uploaded by them" value={first.uploadedCount} />
      </dl>
      <section aria-label="Given to them">
        <h2 className="mb-3 text-lg font-semibold">Given to them</h2>
        {grants.length === 0 ? (
          <p className="text-base text-ink-soft">Nothing was given to them, to their teams or to everyone.</p>
        ) : (
          <Table
            label="Given to them"
            rows={grants}
            keyOf={(grant) => grant.id}
            columns={[
              { title: 'What', className: 'max-w-64', cell: (grant) => <What on={grant.on} linkTo={linkTo} /> },
              { title: 'They may', cell: (grant) => givenWords(grant.rights) },
              { title: 'As', cell: asWhom },
              {
                title: 'Until',
                className: 'tabular whitespace-nowrap text-ink-soft max-sm:hidden',
                cell: ({ expiresAt }) => (expiresAt === undefined ? 'No end' : untilWords(expiresAt).slice(6)),
              },
              {
                title: 'Given',
                className: 'whitespace-nowrap text-ink-soft max-sm:hidden',
                cell: ({ createdAt, createdBy }) =>
                  createdBy === undefined ? formatDate(createdAt) : `${formatDate(createdAt)}, by ${createdBy.name}`,
              },
            ]}
          />
        )}
        <ShowMore of={asked} className="mt-3" />
      </section>
    </div>
  )
}

function asWhom({ principal }: Grant): string {
  if (principal.kind === 'team') return `Team ${principal.name}`
  return principal.kind === 'organization' ? 'Everyone here' : 'By name'
}

function What({ on, linkTo }: { on: ResourceName; linkTo: PersonAccessListProps['linkTo'] }) {
  const Icon = on.kind === 'folder' ? FolderIcon : FileIcon
  return linkTo(
    on,
    <span className="flex min-w-0 items-center gap-2">
      <Icon aria-hidden className="size-4 shrink-0 text-ink-faint" />
      <span className="truncate font-medium">{on.name}</span>
    </span>,
  )
}

function Figure({ name, value }: { name: string; value: number }) {
  return (
    <div className="flex flex-col-reverse">
      <dt className="text-sm text-ink-soft">{name}</dt>
      <dd className="tabular text-xl font-semibold">{new Intl.NumberFormat().format(value)}</dd>
    </div>
  )
}

type PersonAccessListProps = {
  organizationId: string
  userId: string
  linkTo: (resource: ResourceName, children: ReactNode) => ReactNode
}
