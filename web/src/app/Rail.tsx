import type { Organization } from '@trove/contract/organizations'
import { Link } from '@tanstack/react-router'
import { PanelLeftClose, PanelLeftOpen } from 'lucide-react'
import { createKept } from '../lib/kept.ts'
import { cx } from '../lib/cx.ts'
import { useShortcuts } from '../lib/keys.ts'
import { useStore } from '../lib/store.ts'
import { OrganizationSwitch, QuotaBar } from '../organizations/index.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { Tooltip } from '../ui/Tooltip.tsx'
import { placesFor, type PlaceLink } from './place-links.tsx'

const width = createKept('trove.rail', ['wide', 'narrow'] as const, 'wide')

/** Where one can go. 220 px, or 56 when its owner wants the room. */
export function Rail({ organizations, current, isAdministrator, onSwitch, onCreate }: RailProps) {
  const isNarrow = useStore(width) === 'narrow'
  const turn = () => width.set(isNarrow ? 'wide' : 'narrow')
  useShortcuts([{ keys: '[', label: 'Fold the rail', run: turn }])
  const Icon = isNarrow ? PanelLeftOpen : PanelLeftClose
  return (
    <nav
      aria-label="Places"
      className={cx('flex shrink-0 flex-col border-r border-line bg-sunken p-2', isNarrow ? 'w-14' : 'w-[220px]')}
    >
      <OrganizationSwitch
        organizations={organizations}
        current={current}
        isNarrow={isNarrow}
        onSwitch={onSwitch}
        onCreate={onCreate}
      />
      <div className="mt-3 flex flex-1 flex-col gap-0.5">
        {placesFor(isAdministrator, current.role).map((place) => (
          <RailLink key={place.to} place={place} isNarrow={isNarrow} />
        ))}
      </div>
      {!isNarrow && current.quota !== undefined && (
        <Link to="/settings" className="mb-1 block rounded-md px-2 py-1.5 hover:bg-hover">
          <QuotaBar quota={current.quota} size="line" />
        </Link>
      )}
      <IconButton
        label={isNarrow ? 'Unfold the rail' : 'Fold the rail'}
        keys="["
        side="right"
        icon={<Icon />}
        onClick={turn}
        className={isNarrow ? 'mx-auto' : 'ml-0.5'}
      />
    </nav>
  )
}

function RailLink({ place, isNarrow }: { place: PlaceLink; isNarrow: boolean }) {
  const link = (
    <Link
      to={place.to}
      aria-label={isNarrow ? place.name : undefined}
      className={cx(
        'touchable flex h-8 items-center gap-2.5 rounded-md text-sm text-ink-soft transition-colors hover:bg-hover hover:text-ink [&_svg]:size-4',
        isNarrow ? 'justify-center' : 'px-2.5',
      )}
      activeProps={{ className: 'bg-active! text-ink! font-medium' }}
      activeOptions={{ includeSearch: false }}
    >
      {place.icon} {!isNarrow && place.name}
    </Link>
  )
  return isNarrow ? (
    <Tooltip label={place.name} side="right">
      {link}
    </Tooltip>
  ) : (
    link
  )
}

type RailProps = {
  organizations: readonly Organization[]
  current: Organization
  isAdministrator: boolean
  onSwitch: (organizationId: string) => void
  onCreate: () => void
}
