import { Logo } from '../ui/Logo.tsx'

/** Before anything is known: nothing that would have to move again. */
export function FirstPaint() {
  return (
    <div className="flex h-full animate-breathe items-center justify-center" role="status" aria-label="Loading">
      <Logo size={40} />
    </div>
  )
}
