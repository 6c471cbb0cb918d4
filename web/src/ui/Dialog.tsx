import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import { useRef, type ReactNode } from 'react'
import { cx } from '../lib/cx.ts'
import { useShortcuts } from '../lib/keys.ts'
import { IconButton } from './IconButton.tsx'

/** For Radix: keeps the first button from being focused, and its hint from popping up. */
export function focusItself(event: Event): void {
  event.preventDefault()
  if (event.target instanceof HTMLElement) event.target.focus()
}

/** Where the keyboard will be when menus have closed: on what they hang from, not on what was chosen in them. */
function lastingOf(element: Element | null): Element | null {
  const opener = element?.closest('[role=menu]')?.getAttribute('aria-labelledby')
  return typeof opener === 'string' ? lastingOf(document.getElementById(opener)) : element
}

/** When it closes, what had the keyboard before has it again, whether or not that opened it. */
export function useGiveBackFocus(isOpen: boolean): (event: Event) => void {
  const before = useRef<Element | null>(null)
  const wasOpen = useRef(false)
  if (isOpen && !wasOpen.current) before.current = lastingOf(document.activeElement)
  wasOpen.current = isOpen
  return (event) => {
    event.preventDefault()
    if (before.current instanceof HTMLElement) before.current.focus({ preventScroll: true })
  }
}

export type DialogProps = {
  title: string
  description?: string
  isOpen: boolean
  onClose: () => void
  children: ReactNode
  /** Buttons, the one to be pressed last. */
  actions?: ReactNode
  width?: 'narrow' | 'wide'
  /** Nothing in it takes the keyboard, so the text itself does, to be scrolled. */
  isReading?: boolean
}

/** Asks or shows one thing; nothing behind it can be reached until it is closed. */
export function Dialog({
  title,
  description,
  isOpen,
  onClose,
  children,
  actions,
  width = 'narrow',
  isReading = false,
}: DialogProps) {
  useShortcuts([], { isModal: true, isOn: isOpen })
  const giveBack = useGiveBackFocus(isOpen)
  return (
    <Radix.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-50 animate-appear bg-veil" />
        <Radix.Content
          // A button to close is no place to begin: fields that ask for the keyboard get it, else the dialog itself.
          onOpenAutoFocus={focusItself}
          onCloseAutoFocus={giveBack}
          onEscapeKeyDown={(event) => {
            // A list that hangs open from a field closes first.
            if (document.activeElement?.getAttribute('aria-expanded') === 'true') event.preventDefault()
          }}
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
          className={cx(
            'fixed top-1/2 left-1/2 z-50 flex max-h-[min(86dvh,720px)] w-[calc(100vw-32px)] -translate-x-1/2 -translate-y-1/2 animate-appear flex-col rounded-lg bg-surface shadow-high focus:outline-none',
            width === 'narrow' ? 'max-w-md' : 'max-w-2xl',
          )}
        >
          <div className="flex items-start gap-4 px-5 pt-4 pb-3">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              {description !== undefined && (
                <Radix.Description className="mt-0.5 text-sm text-ink-soft">{description}</Radix.Description>
              )}
            </div>
            <Radix.Close asChild>
              <IconButton label="Close" keys="Escape" icon={<X />} size="small" className="-mr-1.5" />
            </Radix.Close>
          </div>
          <div
            tabIndex={isReading ? 0 : undefined}
            className="min-h-0 flex-1 overflow-y-auto px-5 pb-5 -outline-offset-2"
          >
            {children}
          </div>
          {actions !== undefined && (
            <div className="flex justify-end gap-2 border-t border-line px-5 py-3">{actions}</div>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
