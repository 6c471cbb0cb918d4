import { useId, type ComponentProps, type ReactNode } from 'react'
import { cx } from '../lib/cx.ts'

export const inputClass =
  'h-9 w-full rounded-md border border-line-strong bg-surface px-2.5 text-base text-ink transition-colors placeholder:text-ink-faint disabled:opacity-60 aria-invalid:border-danger'

export type FieldProps = ComponentProps<'input'> & {
  label: string
  /** What helps before anything is wrong. */
  hint?: ReactNode
  /** What is wrong, and what would be right. */
  error?: string | undefined
}

/** A labelled line of text. */
export function Field({ label, hint, error, className, id: given, ...rest }: FieldProps) {
  const made = useId()
  const id = given ?? made
  const note = error ?? hint
  return (
    <div className={cx('flex flex-col gap-1.5', className)}>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        className={inputClass}
        aria-invalid={error !== undefined || undefined}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
        {...rest}
      />
      {note !== undefined && (
        <p id={`${id}-note`} className={cx('text-xs', error === undefined ? 'text-ink-faint' : 'text-danger')}>
          {note}
        </p>
      )}
    </div>
  )
}
