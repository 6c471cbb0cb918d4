import { Tooltip as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { Kbd } from './Kbd.tsx'

/** Names what an icon does, with its key. Wraps one focusable element. */
export function Tooltip({ label, keys, side = 'bottom', children }: TooltipProps) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      {/* Not in a portal: it belongs to the landmark of what it explains, and a dialog keeps its own. */}
      <Radix.Content
        side={side}
        sideOffset={6}
        collisionPadding={8}
        className="z-60 flex w-max animate-appear items-center gap-2 rounded-md bg-ink px-2 py-1 text-xs font-normal whitespace-nowrap text-canvas shadow-high select-none"
      >
        {label}
        {keys !== undefined && <Kbd keys={keys} tone="inverse" />}
      </Radix.Content>
    </Radix.Root>
  )
}

type TooltipProps = {
  label: string
  keys?: string | undefined
  side?: 'top' | 'bottom' | 'left' | 'right'
  children: ReactNode
}

/** Once, around the page: tooltips wait a little at first, and not between neighbours. */
export function TooltipProvider({ children }: { children: ReactNode }) {
  return (
    <Radix.Provider delayDuration={450} skipDelayDuration={250}>
      {children}
    </Radix.Provider>
  )
}
