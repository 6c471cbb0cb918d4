import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from './IconButton.tsx'

type SelectionToolbarProps = {
  /** How much is chosen; said aloud when it changes. */
  chosen: ReactNode
  onClear: () => void
  /** What can be done with it. */
  children: ReactNode
}

/** Floats over the foot of a list in which something is chosen. */
export function SelectionToolbar({ chosen, onClear, children }: SelectionToolbarProps) {
  return (
    <div
      role="toolbar"
      data-floating-bar
      aria-label="Selection"
      className="absolute bottom-4 left-1/2 z-20 flex has-[[role=menu]]:z-70 max-w-[calc(100%-16px)] -translate-x-1/2 animate-rise items-center gap-1 rounded-lg bg-surface p-1.5 shadow-high"
    >
      <IconButton label="Clear the selection" keys="Escape" icon={<X />} side="top" onClick={onClear} />
      <span aria-live="polite" className="tabular px-1 font-medium whitespace-nowrap">
        {chosen}
      </span>
      <span aria-hidden className="mx-1 h-5 w-px bg-line" />
      {children}
    </div>
  )
}
