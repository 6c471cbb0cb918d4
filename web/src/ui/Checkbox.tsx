import { Check } from 'lucide-react'
import { Checkbox as Radix } from 'radix-ui'
import { useId, type ReactNode } from 'react'

export function Checkbox({ isChecked, onChange, disabled = false, children }: CheckboxProps) {
  const id = useId()
  return (
    <div className="touchable flex items-center gap-2.5">
      <Radix.Root
        id={id}
        checked={isChecked}
        disabled={disabled}
        onCheckedChange={(checked) => onChange(checked === true)}
        className="flex size-4 shrink-0 items-center justify-center rounded-xs border border-line-strong bg-surface text-on-accent disabled:opacity-50 data-[state=checked]:border-accent data-[state=checked]:bg-accent"
      >
        <Radix.Indicator>
          <Check className="size-3" strokeWidth={3} />
        </Radix.Indicator>
      </Radix.Root>
      <label htmlFor={id} className="min-w-0 text-sm">
        {children}
      </label>
    </div>
  )
}

type CheckboxProps = {
  isChecked: boolean
  onChange: (isChecked: boolean) => void
  disabled?: boolean
  children: ReactNode
}
