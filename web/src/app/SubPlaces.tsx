import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

type To =
  | '/settings'
  | '/settings/account'
  | '/settings/security'
  | '/settings/space'
  | '/settings/tags'
  | '/administration'
  | '/administration/accounts'
  | '/administration/outbox'
  | '/administration/security'
  | '/administration/space'
  | '/administration/processing'
  | '/administration/upkeep'
  | '/administration/integrity'

const SETTINGS: readonly (readonly [To, string])[] = [
  ['/settings', 'Organization'],
  ['/settings/tags', 'Tags'],
  ['/settings/space', 'Space'],
  ['/settings/account', 'Account'],
  ['/settings/security', 'Security'],
]
const ADMINISTRATION: readonly (readonly [To, string])[] = [
  ['/administration', 'Installation'],
  ['/administration/accounts', 'Accounts'],
  ['/administration/space', 'Space'],
  ['/administration/processing', 'Processing'],
  ['/administration/upkeep', 'Upkeep'],
  ['/administration/integrity', 'Integrity'],
  ['/administration/outbox', 'Outbox'],
  ['/administration/security', 'Security'],
]

export const SettingsPlaces = ({ children }: { children: ReactNode }) => (
  <SubPlaces label="Settings" places={SETTINGS}>
    {children}
  </SubPlaces>
)

export const AdministrationPlaces = ({ children }: { children: ReactNode }) => (
  <SubPlaces label="Administration" places={ADMINISTRATION}>
    {children}
  </SubPlaces>
)

/** A place of several pages: their names in a row, and the one that is open. */
function SubPlaces({ label, places, children }: SubPlacesProps) {
  return (
    <div className="flex h-full flex-col">
      <nav aria-label={label} className="shrink-0 overflow-x-auto border-b border-line">
        <div className="mx-auto flex max-w-3xl gap-1 px-3 sm:px-6">
          {places.map(([to, name]) => (
            <Link
              key={to}
              to={to}
              className="touchable inline-flex h-10 shrink-0 items-center border-b-2 border-transparent px-2 text-sm whitespace-nowrap text-ink-soft hover:text-ink"
              activeProps={{ className: 'border-accent! text-ink! font-medium' }}
              activeOptions={{ exact: true, includeSearch: false }}
            >
              {name}
            </Link>
          ))}
        </div>
      </nav>
      <div className="min-h-0 flex-1">{children}</div>
    </div>
  )
}

type SubPlacesProps = { label: string; places: readonly (readonly [To, string])[]; children: ReactNode }
