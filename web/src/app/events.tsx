import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { CLIP_LIMIT_SECONDS } from '@trove/contract/organizations'
import { NewEventDialog } from '../events/NewEventDialog.tsx'
import { useOrganization } from '../organizations/index.ts'
import { EventPage } from '../pages/EventPage.tsx'
import { EventsPage } from '../pages/EventsPage.tsx'

export function Events() {
  const search = useSearch({ from: '/inside/shell/events' })
  const navigate = useNavigate()
  return (
    <EventsPage
      search={search}
      onSearch={(next) => void navigate({ to: '/events', search: next, replace: true })}
      link={({ id }, children, className) => (
        <Link to="/events/$eventId" params={{ eventId: id }} search={{}} className={className}>
          {children}
        </Link>
      )}
    />
  )
}

export function OneEvent() {
  const { eventId } = useParams({ from: '/inside/shell/events/$eventId' })
  const { open, compare } = useSearch({ from: '/inside/shell/events/$eventId' })
  const navigate = useNavigate()
  return (
    <EventPage
      key={eventId}
      eventId={eventId}
      open={open}
      compare={compare}
      onShow={(search) =>
        void navigate({
          to: '/events/$eventId',
          params: { eventId },
          search,
          replace: open !== undefined || compare !== undefined,
        })
      }
      onGone={() => void navigate({ to: '/events', search: {} })}
      back={
        <Link to="/events" search={{}} className="text-accent underline-offset-4 hover:underline">
          Events
        </Link>
      }
    />
  )
}

/** Makes events of files from wherever they were chosen. Once, in the page. */
export function Making() {
  const navigate = useNavigate()
  const { clipLimitSeconds = CLIP_LIMIT_SECONDS } = useOrganization()
  return (
    <NewEventDialog
      clipLimitSeconds={clipLimitSeconds}
      onMade={(eventId) => void navigate({ to: '/events/$eventId', params: { eventId }, search: {} })}
    />
  )
}
