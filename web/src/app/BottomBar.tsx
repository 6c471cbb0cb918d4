import type { Role } from '@trove/contract/access'
import { Link } from '@tanstack/react-router'
import { placesFor } from './place-links.tsx'

/** The rail of a phone, where the thumb is. */
export function BottomBar({ isAdministrator, role }: { isAdministrator: boolean; role: Role }) {
  return (
    <nav
      aria-label="Places"
      className="flex h-[calc(56px+env(safe-area-inset-bottom))] shrink-0 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)]"
    >
      {inBar(isAdministrator, role).map((place) => (
        <Link
          key={place.to}
          to={place.to}
          className="flex flex-1 flex-col items-center justify-center gap-0.5 text-xs text-ink-faint [&_svg]:size-5"
          activeProps={{ className: 'text-accent! font-medium' }}
          activeOptions={{ includeSearch: false }}
        >
          {place.icon} {place.shortName}
        </Link>
      ))}
    </nav>
  )
}

const inBar = (isAdministrator: boolean, role: Role) =>
  placesFor(isAdministrator, role).filter(({ isInMenu }) => isInMenu !== true)
