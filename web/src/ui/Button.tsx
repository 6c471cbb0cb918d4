import type { ComponentProps, ReactNode } from 'react'
import { cx } from '../lib/cx.ts'
import { Spinner } from './Spinner.tsx'

export type ButtonProps = ComponentProps<'button'> & {
  tone?: 'primary' | 'plain' | 'quiet' | 'danger'
  size?: 'small' | 'medium' | 'large'
  icon?: ReactNode
  /** Shows that it is being done, and takes no second press. */
  isBusy?: boolean
}

export function Button({
  tone = 'plain',
  size = 'medium',
  icon,
  isBusy = false,
  className,
  children,
  disabled,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      disabled={disabled === true || isBusy}
      aria-busy={isBusy || undefined}
      className={cx(
        'touchable inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap transition-colors select-none disabled:opacity-50',
        TONES[tone],
        SIZES[size],
        className,
      )}
      {...rest}
    >
      {isBusy ? <Spinner /> : icon}
      {children}
    </button>
  )
}

const TONES = {
  primary: 'bg-accent text-on-accent hover:not-disabled:bg-accent-hover',
  plain: 'border border-line bg-surface text-ink shadow-low hover:not-disabled:bg-hover',
  quiet: 'text-ink-soft hover:not-disabled:bg-hover hover:not-disabled:text-ink',
  danger: 'border border-line bg-surface text-danger shadow-low hover:not-disabled:bg-danger-soft',
}

const SIZES = {
  small: 'h-7 px-2 text-sm',
  medium: 'h-8 px-3 text-sm',
  large: 'h-10 px-4 text-base',
}
