import { ToggleGroup as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { Tooltip } from './Tooltip.tsx'

export type SegmentedProps<T extends string> = {
  label: string
  value: T
  onChange: (value: T) => void
  options: readonly { value: T; label: string; icon?: ReactNode }[]
}

/** One of two to four ways, all in sight. An option with an icon shows the icon and names it in a tooltip. */
export function Segmented<T extends string>({ label, value, onChange, options }: SegmentedProps<T>) {
  return (
    <Radix.Root
      type="single"
      aria-label={label}
      value={value}
      onValueChange={(next) => next !== '' && onChange(next as T)}
      className="inline-flex shrink-0 rounded-md border border-line bg-sunken p-0.5"
    >
      {options.map((option) => {
        const segment = (
          <Radix.Item
            key={option.value}
            value={option.value}
            aria-label={option.icon === undefined ? undefined : option.label}
            className="touchable inline-flex h-6.5 items-center justify-center gap-1.5 rounded-xs px-2 text-sm text-ink-soft transition-colors hover:text-ink aria-checked:bg-surface aria-checked:text-ink aria-checked:shadow-low in-data-[theme=dark]:aria-checked:bg-active [&_svg]:size-4"
          >
            {option.icon ?? option.label}
          </Radix.Item>
        )
        return option.icon === undefined ? (
          segment
        ) : (
          <Tooltip key={option.value} label={option.label}>
            {segment}
          </Tooltip>
        )
      })}
    </Radix.Root>
  )
}
