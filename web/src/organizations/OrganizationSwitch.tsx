import type { Organization } from '@trove/contract/organizations'
import { ChevronsUpDown, Plus } from 'lucide-react'
import { Avatar } from '../ui/Avatar.tsx'
import { cx } from '../lib/cx.ts'
import { Menu, MenuAction, MenuHeading, MenuLine } from '../ui/Menu.tsx'

/** Where one is, and where else one could be. */
export function OrganizationSwitch({ organizations, current, isNarrow, onSwitch, onCreate }: OrganizationSwitchProps) {
  return (
    <Menu
      label="Organizations"
      align="start"
      trigger={
        <button
          type="button"
          aria-label={`Organization: ${current.name}`}
          className={cx('touchable flex h-10 w-full items-center gap-2.5 rounded-md text-left transition-colors hover:bg-hover', isNarrow ? 'justify-center' : 'px-2')}
        >
          <Avatar id={current.id} name={current.name} shape="square" />
          {!isNarrow && <span className="min-w-0 flex-1 truncate text-base font-semibold">{current.name}</span>}
          {!isNarrow && <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-ink-faint" />}
        </button>
      }
    >
      <MenuHeading>Organizations</MenuHeading>
      {organizations.map((one) => (
        <MenuAction key={one.id} isChecked={one.id === current.id} onSelect={() => onSwitch(one.id)}>{one.name}</MenuAction>
      ))}
      <MenuLine />
      <MenuAction icon={<Plus />} onSelect={onCreate}>New organization</MenuAction>
    </Menu>
  )
}

type OrganizationSwitchProps = {
  organizations: readonly Organization[]
  current: Organization
  isNarrow: boolean
  onSwitch: (organizationId: string) => void
  onCreate: () => void
}
