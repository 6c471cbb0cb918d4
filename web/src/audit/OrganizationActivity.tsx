import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ActivityLine } from './ActivityLine.tsx'
import { FilterEnds, FilterFields } from './FilterFields.tsx'
import { Pages } from './Pages.tsx'
import { actionsQuery, activityExportUrl, organizationActivityQuery, type TrailFilter } from './queries.ts'

/** What was done in an organization, to be searched and taken away. For its owners and admins. */
export function OrganizationActivity({ organizationId, people, filter, onFilter }: OrganizationActivityProps) {
  const asked = useInfiniteQuery({
    ...organizationActivityQuery(organizationId, filter),
    placeholderData: keepPreviousData,
  })
  const { data: actions = [] } = useQuery(actionsQuery(organizationId))
  const resource = asked.data?.pages
    .flatMap(({ items }) => items)
    .find((line) => line.resource !== undefined && line.resource.id === filter.resource)?.resource
  const [isOpen, setOpen] = useState(false)
  const isFiltered = Object.values(filter).some((value) => value !== undefined)
  return (
    <div className="flex flex-col gap-4">
      <FilterFields
        filter={filter}
        actions={actions}
        people={people}
        isOpen={isOpen}
        onChange={(changed) => onFilter({ ...filter, ...changed })}
      />
      <FilterEnds
        filter={filter}
        isOpen={isOpen}
        onTurn={() => setOpen(!isOpen)}
        resourceName={resource?.name}
        exportUrl={(format) => activityExportUrl(organizationId, filter, format)}
        onClear={() => onFilter({})}
      />
      <Pages label="Activity" asked={asked} none={isFiltered ? 'Nothing matches.' : 'Nothing has been done here yet.'}>
        {(line) => (
          <ActivityLine key={line.id} line={line} onLookFor={(wanted) => onFilter({ ...filter, ...wanted })} />
        )}
      </Pages>
    </div>
  )
}

type OrganizationActivityProps = {
  organizationId: string
  people: readonly { id: string; name: string }[]
  filter: TrailFilter
  onFilter: (filter: TrailFilter) => void
}
