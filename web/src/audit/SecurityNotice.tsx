import { useQuery } from '@tanstack/react-query'
import { OctagonAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { formatCount } from '../lib/format.ts'
import { noticeQuery } from './queries.ts'

/** Says to an administrator that something critical has happened, until they have looked at it. */
export function SecurityNotice({ link }: { link: (children: ReactNode) => ReactNode }) {
  const { data } = useQuery(noticeQuery)
  if (data === undefined || data.unseen === 0) return null
  return (
    <div role="status" className="flex items-center gap-2 bg-danger-soft px-4 py-2 text-sm text-danger">
      <OctagonAlert aria-hidden className="size-4 shrink-0" />
      <p className="min-w-0 flex-1">
        {data.unseen >= 100
          ? 'A hundred critical security events or more'
          : formatCount(data.unseen, 'critical security event')}{' '}
        {data.unseen === 1 ? 'has' : 'have'} not been looked at.
      </p>
      {link('Look')}
    </div>
  )
}
