import { ActivityPage } from '../pages/ActivityPage.tsx'
import { Link, useNavigate, useRouteContext, useSearch } from '@tanstack/react-router'
import { PeoplePage } from '../pages/PeoplePage.tsx'
import { SettingsPage } from '../pages/SettingsPage.tsx'
import { SettingsPlaces } from './SubPlaces.tsx'

export function People() {
  const { me } = useRouteContext({ from: '/inside' })
  const { tab = 'members' } = useSearch({ from: '/inside/shell/people' })
  const navigate = useNavigate()
  return (
    <PeoplePage
      me={me}
      tab={tab}
      onTab={(next) => void navigate({ to: '/people', search: { tab: next } })}
      accessLink={(userId, name) => (
        <Link
          to="/people/$userId/access"
          params={{ userId }}
          className="text-xs text-accent underline-offset-4 hover:underline"
          aria-label={`What they see: ${name}`}
        >
          What they see
        </Link>
      )}
    />
  )
}

export function Settings() {
  const { me } = useRouteContext({ from: '/inside' })
  const { tab = 'general' } = useSearch({ from: '/inside/shell/settings' })
  const navigate = useNavigate()
  return (
    <SettingsPlaces>
      <SettingsPage
        me={me}
        tab={tab}
        onTab={(next) => void navigate({ to: '/settings', search: { tab: next } })}
        onLeft={() => void navigate({ to: '/library', search: {} })}
        securityLink={
          <Link to="/settings/security" className="font-medium text-accent underline-offset-4 hover:underline">
            Set up a second factor
          </Link>
        }
      />
    </SettingsPlaces>
  )
}

export function Activity() {
  const filter = useSearch({ from: '/inside/shell/activity' })
  const navigate = useNavigate()
  return (
    <ActivityPage filter={filter} onFilter={(search) => void navigate({ to: '/activity', search, replace: true })} />
  )
}
