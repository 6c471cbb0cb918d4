import { Dialog } from 'radix-ui'
import type { ReactNode } from 'react'

type OverPageProps = {
  onClose: () => void
  /** Holds a `Dialog.Title`, which may be for those alone who do not see it. */
  children: ReactNode
}

/** Media over the whole page, with dark around it whatever the page is. It keeps the keyboard, and gives it back. */
export function OverPage({ onClose, children }: OverPageProps) {
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Content
          data-surround="dark"
          aria-describedby={undefined}
          onOpenAutoFocus={(event) => {
            // The first button would have it, and show its tooltip.
            event.preventDefault()
            if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus({ preventScroll: true })
          }}
          onInteractOutside={(event) => event.preventDefault()}
          className="fixed inset-0 z-40 flex animate-appear flex-col bg-sunken text-ink focus:outline-none"
        >
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
