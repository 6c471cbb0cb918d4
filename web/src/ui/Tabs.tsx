import { Tabs as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

/** Parts of one place, of which one is seen. Which one is in the address. */
export function Tabs<T extends string>({ label, value, onChange, tabs, children }: TabsProps<T>) {
  return (
    <Radix.Root value={value} onValueChange={(next) => onChange(next as T)} activationMode="manual">
      <Radix.List aria-label={label} className="-mx-1 mb-6 flex gap-1 overflow-x-auto border-b border-line px-1 pb-px">
        {tabs.map((tab) => (
          <Radix.Trigger
            key={tab.value}
            value={tab.value}
            className="touchable -mb-px h-9 shrink-0 border-b-2 border-transparent px-2.5 text-sm text-ink-soft transition-colors hover:text-ink data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-ink"
          >
            {tab.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      <Radix.Content value={value} className="outline-none focus-visible:outline-2 focus-visible:outline-offset-4">
        {children}
      </Radix.Content>
    </Radix.Root>
  )
}

type TabsProps<T extends string> = {
  label: string
  value: T
  onChange: (value: T) => void
  tabs: readonly { value: T; label: string }[]
  children: ReactNode
}
