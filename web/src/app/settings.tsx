import { useRouteContext } from '@tanstack/react-router'
import { AdministrationPage } from '../pages/AdministrationPage.tsx'
import { SettingsPage } from '../pages/SettingsPage.tsx'

export function Settings() {
  const { me } = useRouteContext({ from: '/inside' })
  return <SettingsPage me={me} />
}

export function Administration() {
  return <AdministrationPage />
}
