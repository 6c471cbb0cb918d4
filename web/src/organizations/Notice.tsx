import type { Organization } from '@trove/contract/organizations'
import { TriangleAlert } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { daysUntil, formatCount, formatDateTime } from '../lib/format.ts'

const HOUR_MS = 3_600_000

/** Comes when it is needed: almost nobody ever sees it. */
const KeepButton = lazy(async () => ({ default: (await import('./danger/KeepButton.tsx')).KeepButton }))

/** Over every place of an organization that is read-only: why, and until when. */
export function Notice({ organization }: { organization: Organization }) {
  const { status, eraseAt, role, name } = organization
  if (status !== 'suspended' && status !== 'closing') return null
  return (
    <div
      role="status"
      className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line bg-warning-soft px-4 py-2 text-sm text-warning"
    >
      <TriangleAlert aria-hidden className="size-4 shrink-0" />
      <p className="min-w-0 flex-1">
        {status === 'suspended' || eraseAt === undefined
          ? `${name} is suspended: everything can be read and downloaded, and nothing added or changed.`
          : `${name} will be erased ${whenOf(eraseAt)}, on ${formatDateTime(eraseAt)}. Until then it can be read and downloaded.`}
      </p>
      {status === 'closing' && role === 'owner' && (
        <Suspense>
          <KeepButton organization={organization} />
        </Suspense>
      )}
    </div>
  )
}

function whenOf(eraseAt: string): string {
  const leftMs = Date.parse(eraseAt) - Date.now()
  if (leftMs < HOUR_MS) return 'within the hour'
  if (leftMs < 48 * HOUR_MS) return `in ${formatCount(Math.floor(leftMs / HOUR_MS), 'hour')}`
  return `in ${formatCount(daysUntil(Date.parse(eraseAt)), 'day')}`
}
