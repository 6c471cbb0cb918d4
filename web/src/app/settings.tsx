import { useSuspenseQuery } from '@tanstack/react-query'
import { useRouteContext, useSearch } from '@tanstack/react-router'
import { installationQuery } from '../identity/index.ts'
import { AdministrationPage } from '../pages/AdministrationPage.tsx'
import { LinksPage } from '../pages/LinksPage.tsx'
import { SecurityPage } from '../pages/SecurityPage.tsx'
import { SettingsPage } from '../pages/SettingsPage.tsx'

export function Settings() {
  const { me } = useRouteContext({ from: '/inside' })
  return <SettingsPage me={me} />
}

export function Security() {
  const { me } = useRouteContext({ from: '/inside' })
  const { data: installation } = useSuspenseQuery(installationQuery)
  const { refused } = useSearch({ from: '/inside/shell/settings/security' })
  return <SecurityPage me={me} installation={installation} refused={refused} />
}

export function Links() {
  return <LinksPage />
}

export function Administration() {
  return <AdministrationPage />
}
