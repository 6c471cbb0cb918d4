import { useInfiniteQuery } from '@tanstack/react-query'
import { OrganizationActivity } from '../audit/OrganizationActivity.tsx'
import type { TrailFilter } from '../audit/queries.ts'
import { useOrganization } from '../organizations/index.ts'
import { membersQuery } from '../organizations/people/queries.ts'
import { Bar } from '../ui/Bar.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'

/** What was done in the organization, by whom and from where. */
export function ActivityPage({ filter, onFilter }: ActivityPageProps) {
  const { id, role } = useOrganization()
  const maySee = role === 'owner' || role === 'admin'
  const { data: members = [] } = useInfiniteQuery({ ...membersQuery(id, {}), enabled: maySee })
  return (
    <div className="h-full overflow-y-auto">
      <Bar slot="title">
        <h1 className="truncate text-base font-semibold">Activity</h1>
      </Bar>
      {maySee ? (
        <div className="mx-auto max-w-5xl px-5 pt-6 pb-24 sm:px-8">
          <OrganizationActivity
            key={id}
            organizationId={id}
            people={members.map(({ userId, name }) => ({ id: userId, name }))}
            filter={filter}
            onFilter={onFilter}
          />
        </div>
      ) : (
        <EmptyState title="Not for members">
          Owners and admins see what is done here. What you did yourself is in your security settings.
        </EmptyState>
      )}
    </div>
  )
}

type ActivityPageProps = { filter: TrailFilter; onFilter: (filter: TrailFilter) => void }
