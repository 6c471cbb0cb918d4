import type { ReactNode } from 'react'

/** Ways to narrow a list down, side by side; those that do not fit are scrolled to, and fade out towards there. */
export function ChipStrip({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="relative min-w-0 flex-1">
      <div
        role="group"
        aria-label={label}
        className="flex items-center gap-1 overflow-x-auto py-1 pr-6 [scrollbar-width:none]"
      >
        {children}
      </div>
      {/* Not a mask: that would cut off the menus that hang from the chips. */}
      <span
        aria-hidden
        className="pointer-events-none absolute inset-y-0 right-0 w-6 bg-linear-to-r from-transparent to-canvas"
      />
    </div>
  )
}
