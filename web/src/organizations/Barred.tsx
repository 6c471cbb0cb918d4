import type { Organization } from '@trove/contract/organizations'
import { useQueryClient } from '@tanstack/react-query'
import { ShieldAlert } from 'lucide-react'
import { useEffect, type ReactNode } from 'react'
import { Bar } from '../ui/Bar.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { Leave } from './danger/Leave.tsx'
import { organizationsQuery } from './queries.ts'

/** In the place of everything, while an organization keeps out whoever has no second factor. */
export function Barred({ organization, securityLink, onLeft }: BarredProps) {
  const queries = useQueryClient()
  // Whoever comes back from setting one up is let in without a reload.
  useEffect(() => void queries.invalidateQueries(organizationsQuery), [queries])
  return (
    <>
      <Bar slot="title">
        <h1 className="truncate text-base font-semibold">{organization.name}</h1>
      </Bar>
      <EmptyState
        picture={<ShieldAlert className="size-10 text-warning" strokeWidth={1.5} />}
        title={`${organization.name} requires a second factor`}
        action={
          <>
            {securityLink}
            <Leave organization={organization} onLeft={onLeft} />
          </>
        }
      >
        Set one up for your account: an app that shows codes, or a passkey. You are let in again at once.
      </EmptyState>
    </>
  )
}

type BarredProps = { organization: Organization; securityLink: ReactNode; onLeft: () => void }
