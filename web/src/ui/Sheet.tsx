import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { useShortcuts } from '../lib/keys.ts'
import { focusItself, useGiveBackFocus } from './Dialog.tsx'
import { IconButton } from './IconButton.tsx'

/** What is a panel on a wide screen comes up from below on a phone. */
export function Sheet({
  title,
  isOpen,
  onClose,
  children,
}: {
  title: string
  isOpen: boolean
  onClose: () => void
  children: ReactNode
}) {
  useShortcuts([], { isModal: true, isOn: isOpen })
  const giveBack = useGiveBackFocus(isOpen)
  return (
    <Radix.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-50 animate-appear bg-veil" />
        <Radix.Content
          aria-describedby={undefined}
          onOpenAutoFocus={focusItself}
          onCloseAutoFocus={giveBack}
          className="fixed inset-x-0 bottom-0 z-50 flex max-h-[82dvh] animate-slide-up flex-col rounded-t-lg bg-surface pb-[env(safe-area-inset-bottom)] shadow-high focus:outline-none"
        >
          <span aria-hidden className="mx-auto mt-2 h-1 w-9 rounded-full bg-active" />
          <div className="flex items-center justify-between gap-4 px-4 py-1">
            <Radix.Title className="min-w-0 truncate text-lg font-semibold">{title}</Radix.Title>
            <Radix.Close asChild>
              <IconButton label="Close" icon={<X />} className="-mr-2" />
            </Radix.Close>
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
