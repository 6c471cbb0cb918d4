import { useQuery } from '@tanstack/react-query'
import { Pencil } from 'lucide-react'
import { useState } from 'react'
import { formatCount, formatDate } from '../lib/format.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Badge } from '../ui/Badge.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Table } from '../ui/Table.tsx'
import { PlanDialog, type Listed } from './PlanDialog.tsx'
import { allOrganizationsQuery } from './queries.ts'
import { QuotaBar } from './QuotaBar.tsx'
import { statusNames, tierNames, typeNames } from './words.ts'

/** Every organization of the installation with its plan and storage. No files: the administrator sees none. */
export function AllOrganizations() {
  const { data: organizations, error, refetch } = useQuery(allOrganizationsQuery)
  const [edited, setEdited] = useState<Listed | undefined>(undefined)
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (organizations === undefined) return <Skeleton className="h-24" />
  return (
    <>
      <Table
        label="Organizations"
        rows={organizations}
        keyOf={(organization) => organization.id}
        columns={[
          { title: 'Name', cell: (organization) => <Named organization={organization} /> },
          {
            title: 'Plan',
            className: 'max-sm:hidden whitespace-nowrap',
            cell: ({ tier, memberCount }) => (
              <span className="block">
                {tierNames[tier]}
                <span className="block text-xs text-ink-faint">{formatCount(memberCount, 'person', 'people')}</span>
              </span>
            ),
          },
          {
            title: 'Storage',
            className: 'min-w-40 sm:w-56',
            cell: ({ quota }) => <QuotaBar quota={quota} size="line" />,
          },
          {
            title: 'Since',
            className: 'max-sm:hidden tabular whitespace-nowrap text-ink-soft',
            cell: ({ createdAt }) => formatDate(createdAt),
          },
          {
            title: 'Change',
            hidesTitle: true,
            className: 'w-10 text-right',
            cell: (organization) => (
              <IconButton
                label={`Change the plan of ${organization.name}`}
                size="small"
                icon={<Pencil />}
                onClick={() => setEdited(organization)}
              />
            ),
          },
        ]}
      />
      {edited !== undefined && (
        <PlanDialog key={edited.id} organization={edited} onClose={() => setEdited(undefined)} />
      )}
    </>
  )
}

function Named({ organization: { id, name, type, status } }: { organization: Listed }) {
  return (
    <span className="flex items-center gap-2.5">
      <Avatar id={id} name={name} shape="square" />
      <span className="min-w-0">
        <span className="flex flex-wrap items-center gap-x-2 font-medium">
          {name}
          {status !== 'active' && <Badge tone="warning">{statusNames[status]}</Badge>}
        </span>
        <span className="block text-xs text-ink-faint">{typeNames[type]}</span>
      </span>
    </span>
  )
}
