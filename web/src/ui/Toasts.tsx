import { CircleAlert, CircleCheck, X } from 'lucide-react'
import { useRef } from 'react'
import { useStore } from '../lib/store.ts'
import { Button } from './Button.tsx'
import { IconButton } from './IconButton.tsx'
import { closeToast, toasts, type Toast } from './toast.ts'

/** What has the keyboard when what had it is gone, as a dialog is that has just been answered. */
const RESTING = '[role=gridcell][tabindex="0"], main :is(a, button)'

/** Once, in the page: where toasts appear and are read aloud. */
export function Toasts() {
  const shown = useStore(toasts)
  const before = useRef<EventTarget | null>(null)
  // What is pressed here goes away with its toast: the keyboard goes back to where it was.
  const giveBack = () =>
    requestAnimationFrame(() => {
      if (document.activeElement !== document.body) return
      const { current } = before
      const isThere = current instanceof HTMLElement && current.isConnected
      const back = isThere ? current : document.querySelector<HTMLElement>(RESTING)
      back?.focus({ preventScroll: true })
    })
  return (
    <div
      onFocus={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) before.current = relatedTarget
      }}
      role="region"
      aria-label="Messages"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-4 bottom-[calc(16px+var(--bottom-bar,0px)+var(--floating-bar,0px)+env(safe-area-inset-bottom))] z-60 flex flex-col items-center gap-2"
    >
      {shown.map((one) => (
        <ToastLine key={one.id} toast={one} onGone={giveBack} />
      ))}
    </div>
  )
}

function ToastLine({ toast, onGone }: { toast: Toast; onGone: () => void }) {
  const { id, title, detail, tone = 'plain', action } = toast
  return (
    <div className="pointer-events-auto flex max-w-[min(520px,100%)] animate-rise items-center gap-3 rounded-lg bg-surface py-1.5 pr-1.5 pl-3.5 shadow-high">
      {tone === 'danger' && <CircleAlert aria-hidden className="size-4 shrink-0 text-danger" />}
      {tone === 'success' && <CircleCheck aria-hidden className="size-4 shrink-0 text-success" />}
      <div className="min-w-0 py-1">
        <p className="font-medium">{title}</p>
        {detail !== undefined && <p className="text-ink-soft">{detail}</p>}
      </div>
      {action !== undefined && (
        <Button
          tone="quiet"
          size="small"
          className="font-semibold text-accent!"
          onClick={() => {
            closeToast(id)
            onGone()
            action.run()
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton
        label="Dismiss"
        icon={<X />}
        size="small"
        side="top"
        onClick={() => {
          closeToast(id)
          onGone()
        }}
      />
    </div>
  )
}
