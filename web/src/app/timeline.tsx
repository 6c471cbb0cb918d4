import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'
import { TimelinePage } from '../pages/TimelinePage.tsx'
import { timelineSearchOf, type SetTimelineSearch, type TimelineSearch } from '../pages/timeline-search.ts'
import { useFolderLinks } from './address.ts'

export function Timeline() {
  const search: TimelineSearch = useSearch({ from: '/inside/shell/timeline' })
  const navigate = useNavigate()
  const setSearch = useCallback<SetTimelineSearch>(
    (changed, how) => {
      void navigate({
        to: '.',
        search: (now: Record<string, unknown>) => timelineSearchOf({ ...now, ...changed }),
        replace: how?.replace ?? false,
      })
    },
    [navigate],
  )
  return (
    <TimelinePage
      search={search}
      setSearch={setSearch}
      links={useFolderLinks()}
      eventLink={({ id }, children, className) => (
        <Link to="/events/$eventId" params={{ eventId: id }} search={{}} className={className}>
          {children}
        </Link>
      )}
    />
  )
}
