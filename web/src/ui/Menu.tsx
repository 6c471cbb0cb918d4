import { Check } from 'lucide-react'
import { DropdownMenu as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { cx } from '../lib/cx.ts'
import { Kbd } from './Kbd.tsx'

export const menuClass =
  'z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-52 animate-rise overflow-y-auto rounded-lg bg-surface p-1 text-sm shadow-high'

/** A menu that hangs from one focusable element. */
export function Menu({ trigger, label, align = 'end', children }: MenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Content aria-label={label} align={align} sideOffset={6} collisionPadding={8} className={menuClass}>
        {children}
      </Radix.Content>
    </Radix.Root>
  )
}

type MenuProps = { trigger: ReactNode; label: string; align?: 'start' | 'center' | 'end'; children: ReactNode }

/** One thing to do. */
export function MenuAction({
  icon,
  keys,
  tone = 'plain',
  isChecked,
  onSelect,
  disabled = false,
  children,
}: MenuActionProps) {
  return (
    <Radix.Item
      disabled={disabled}
      onSelect={onSelect}
      className={cx(
        'touchable flex items-center gap-2 rounded-md px-2 py-1.5 outline-none select-none data-disabled:opacity-45 [&_svg]:size-4',
        tone === 'danger' ? 'text-danger data-highlighted:bg-danger-soft' : 'data-highlighted:bg-hover',
      )}
    >
      <span className="flex w-4 shrink-0 justify-center text-ink-faint">
        {isChecked === true ? <Check className="text-accent" /> : icon}
      </span>
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {keys !== undefined && <Kbd keys={keys} />}
    </Radix.Item>
  )
}

type MenuActionProps = {
  icon?: ReactNode
  keys?: string
  tone?: 'plain' | 'danger'
  isChecked?: boolean
  onSelect: (event: Event) => void
  disabled?: boolean
  children: ReactNode
}

export function MenuLine() {
  return <Radix.Separator className="mx-2 my-1 h-px bg-line" />
}

export function MenuHeading({ children }: { children: ReactNode }) {
  return <Radix.Label className="px-2 pt-2 pb-1 text-xs text-ink-faint">{children}</Radix.Label>
}
