import { Check, ChevronDown } from 'lucide-react'
import { Select as Radix } from 'radix-ui'
import { useId } from 'react'
import { cx } from '../lib/cx.ts'
import { inputClass } from './Field.tsx'

export type SelectProps<T extends string> = {
  label: string
  value: T
  options: readonly { value: T; label: string; hint?: string }[]
  onChange: (value: T) => void
  /** Leaves the label to screen readers. */
  hidesLabel?: boolean
  disabled?: boolean
  className?: string
}

/** One of a few words. */
export function Select<T extends string>({
  label,
  value,
  options,
  onChange,
  hidesLabel = false,
  disabled = false,
  className,
}: SelectProps<T>) {
  const id = useId()
  return (
    <div className={cx('flex flex-col gap-1.5', className)}>
      <label htmlFor={id} className={hidesLabel ? 'sr-only' : 'text-sm font-medium'}>
        {label}
      </label>
      <Radix.Root value={value} onValueChange={(next) => onChange(next as T)} disabled={disabled}>
        <Radix.Trigger
          id={id}
          className={cx(inputClass, 'flex items-center justify-between gap-2 text-left hover:bg-hover')}
        >
          <Radix.Value />
          <Radix.Icon>
            <ChevronDown className="size-4 text-ink-faint" />
          </Radix.Icon>
        </Radix.Trigger>
        <Radix.Portal>
          <Radix.Content
            position="popper"
            sideOffset={4}
            className="z-50 max-h-(--radix-select-content-available-height) min-w-(--radix-select-trigger-width) animate-rise overflow-hidden rounded-lg bg-surface p-1 shadow-high"
          >
            <Radix.Viewport>
              {options.map((option) => (
                <Radix.Item
                  key={option.value}
                  value={option.value}
                  className="touchable flex items-center gap-2 rounded-md py-1.5 pr-3 pl-7 text-sm outline-none select-none data-highlighted:bg-hover relative"
                >
                  <Radix.ItemIndicator className="absolute left-2">
                    <Check className="size-3.5 text-accent" />
                  </Radix.ItemIndicator>
                  <Radix.ItemText>{option.label}</Radix.ItemText>
                  {option.hint !== undefined && (
                    <span className="ml-auto pl-4 text-xs text-ink-faint">{option.hint}</span>
                  )}
                </Radix.Item>
              ))}
            </Radix.Viewport>
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </div>
  )
}
