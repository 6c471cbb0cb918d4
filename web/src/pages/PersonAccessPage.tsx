import type { ResourceName } from '@trove/contract/grants'
import type { ReactNode } from 'react'
import { useOrganization } from '../organizations/index.ts'
import { PersonAccessList, usePersonName } from '../sharing/index.ts'
import { Bar } from '../ui/Bar.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { Sections } from './Section.tsx'

/** What one person can see in the organization, for its owners and admins. */
export function PersonAccessPage({ userId, linkTo }: PersonAccessPageProps) {
  const { id, role } = useOrganization()
  const isAllowed = role === 'owner' || role === 'admin'
  const name = usePersonName(id, userId, isAllowed)
  return (
    <>
      <Bar slot="title">
        <h1 className="truncate text-base font-semibold">
          {name === undefined ? 'What this person can see' : `What ${name} can see`}
        </h1>
      </Bar>
      {isAllowed ? (
        <Sections>
          <PersonAccessList key={`${id}${userId}`} organizationId={id} userId={userId} linkTo={linkTo} />
        </Sections>
      ) : (
        <EmptyState title="This is for owners and admins">Ask one of them what somebody can see.</EmptyState>
      )}
    </>
  )
}

type PersonAccessPageProps = {
  userId: string
  linkTo: (resource: ResourceName, children: ReactNode) => ReactNode
}
