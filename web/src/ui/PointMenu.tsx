import { DropdownMenu as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { useGiveBackFocus } from './Dialog.tsx'
import { menuClass } from './Menu.tsx'

/** A menu where the pointer, or what has the keyboard, is. Its lines are those of any menu. */
export function PointMenu({ label, at, onClose, children }: PointMenuProps) {
  const giveBack = useGiveBackFocus(at !== undefined)
  return (
    <Radix.Root open={at !== undefined} onOpenChange={(isOpen) => !isOpen && onClose()} modal={false}>
      <Radix.Trigger asChild>
        <span
          aria-hidden
          tabIndex={-1}
          className="pointer-events-none fixed size-px"
          style={{ left: at?.x ?? 0, top: at?.y ?? 0 }}
        />
      </Radix.Trigger>
      <Radix.Content
        aria-label={label}
        align="start"
        sideOffset={2}
        collisionPadding={8}
        onCloseAutoFocus={giveBack}
        className={menuClass}
      >
        {children}
      </Radix.Content>
    </Radix.Root>
  )
}

/** Where to open it, in CSS pixels of the window. */
export type Point = { x: number; y: number }

type PointMenuProps = { label: string; at: Point | undefined; onClose: () => void; children: ReactNode }
