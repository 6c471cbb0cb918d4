import type { Organization } from '@trove/contract/organizations'
import { ChevronsUpDown, Plus } from 'lucide-react'
import { cx } from '../lib/cx.ts'
import { Menu, MenuAction, MenuHeading } from '../ui/Menu.tsx'
import { OrganizationMark } from './OrganizationMark.tsx'

/** Where one is, and where else one could be. */
export function OrganizationSwitch({ organizations, current, isNarrow, onSwitch, onCreate }: OrganizationSwitchProps) {
  return (
    <Menu
      label="Organizations"
      align="start"
      trigger={
        <button
          type="button"
          className={cx(
            'touchable flex h-10 w-full items-center gap-2.5 rounded-md text-left transition-colors hover:bg-hover',
            isNarrow ? 'justify-center' : 'px-2',
          )}
        >
          <OrganizationMark organization={current} />
          <span className={isNarrow ? 'sr-only' : 'min-w-0 flex-1 truncate text-sm font-semibold'}>{current.name}</span>
          {!isNarrow && <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-ink-faint" />}
        </button>
      }
    >
      <OrganizationActions organizations={organizations} current={current} onSwitch={onSwitch} onCreate={onCreate} />
    </Menu>
  )
}

/** The lines of the menu; a phone has them in another one. */
export function OrganizationActions({
  organizations,
  current,
  onSwitch,
  onCreate,
}: Omit<OrganizationSwitchProps, 'isNarrow'>) {
  return (
    <>
      <MenuHeading>Organizations</MenuHeading>
      {organizations.map((one) => (
        <MenuAction key={one.id} isChecked={one.id === current.id} onSelect={() => onSwitch(one.id)}>
          {one.name}
        </MenuAction>
      ))}
      <MenuAction icon={<Plus />} onSelect={onCreate}>
        New organization
      </MenuAction>
    </>
  )
}

type OrganizationSwitchProps = {
  organizations: readonly Organization[]
  current: Organization
  isNarrow: boolean
  onSwitch: (organizationId: string) => void
  onCreate: () => void
}
