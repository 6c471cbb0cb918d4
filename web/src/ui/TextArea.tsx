import { useId, type ComponentProps } from 'react'
import { cx } from '../lib/cx.ts'

/** A labelled text of several lines. */
export function TextArea({ label, hint, error, className, ...rest }: TextAreaProps) {
  const id = useId()
  const note = error ?? hint
  return (
    <div className={cx('flex flex-col gap-1.5', className)}>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <textarea
        id={id}
        className="w-full resize-y rounded-md border border-line-strong bg-surface px-2.5 py-1.5 text-base text-ink transition-colors placeholder:text-ink-faint disabled:opacity-60 aria-invalid:border-danger"
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

type TextAreaProps = ComponentProps<'textarea'> & { label: string; hint?: string; error?: string | undefined }
