import { PanelRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from '../ui/IconButton.tsx'

/** How many there are of what a place shows. */
export function Count({ children }: { children: ReactNode }) {
  return (
    <span aria-live="polite" className="tabular shrink-0 text-xs text-ink-faint max-sm:hidden">
      {children}
    </span>
  )
}

/** Opens and closes the details beside a place; on a phone they are a sheet of the file itself. */
export function DetailsButton({ search: { details }, setSearch }: DetailsButtonProps) {
  const isOn = details === true
  return (
    <IconButton
      label="Details"
      keys="i"
      icon={<PanelRight />}
      isOn={isOn}
      className="max-sm:hidden"
      onClick={() => setSearch({ details: !isOn }, { replace: true })}
    />
  )
}

type DetailsButtonProps = {
  search: { details?: boolean | undefined }
  setSearch: (changed: { details: boolean }, how: { replace: boolean }) => void
}
