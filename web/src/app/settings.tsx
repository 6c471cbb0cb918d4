import { useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate, useRouteContext, useSearch } from '@tanstack/react-router'
import { installationQuery } from '../identity/index.ts'
import { AccountPage } from '../pages/AccountPage.tsx'
import { AdministrationPage } from '../pages/AdministrationPage.tsx'
import { LinksPage } from '../pages/LinksPage.tsx'
import { OutboxPage } from '../pages/OutboxPage.tsx'
import { AccountsPage } from '../pages/AccountsPage.tsx'
import { SecurityEventsPage } from '../pages/SecurityEventsPage.tsx'
import { SecurityPage } from '../pages/SecurityPage.tsx'
import { AdministrationPlaces, SettingsPlaces } from './SubPlaces.tsx'

export function Security() {
  const { me } = useRouteContext({ from: '/inside' })
  const { data: installation } = useSuspenseQuery(installationQuery)
  const { refused } = useSearch({ from: '/inside/shell/settings/security' })
  return (
    <SettingsPlaces>
      <SecurityPage me={me} installation={installation} refused={refused} />
    </SettingsPlaces>
  )
}

export function Links() {
  return <LinksPage />
}

export function Administration() {
  return (
    <AdministrationPlaces>
      <AdministrationPage />
    </AdministrationPlaces>
  )
}

export function Account() {
  const { me } = useRouteContext({ from: '/inside' })
  return (
    <SettingsPlaces>
      <AccountPage me={me} />
    </SettingsPlaces>
  )
}

export function Accounts() {
  const { me } = useRouteContext({ from: '/inside' })
  return (
    <AdministrationPlaces>
      <AccountsPage me={me} />
    </AdministrationPlaces>
  )
}

export function OutboxOfInstallation() {
  return (
    <AdministrationPlaces>
      <OutboxPage />
    </AdministrationPlaces>
  )
}

export function SecurityOfInstallation() {
  const filter = useSearch({ from: '/inside/shell/administration/security' })
  const navigate = useNavigate()
  return (
    <AdministrationPlaces>
      <SecurityEventsPage
        filter={filter}
        onFilter={(search) => void navigate({ to: '/administration/security', search, replace: true })}
      />
    </AdministrationPlaces>
  )
}
