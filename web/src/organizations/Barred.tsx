import type { Organization } from '@trove/contract/organizations'
import { ShieldAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { EmptyState } from '../ui/EmptyState.tsx'
import { Leave } from './danger/Leave.tsx'

/** In the place of everything, while an organization keeps out whoever has no second factor. */
export function Barred({ organization, securityLink, onLeft }: BarredProps) {
  return (
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
  )
}

type BarredProps = { organization: Organization; securityLink: ReactNode; onLeft: () => void }
