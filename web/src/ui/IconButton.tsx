import type { ComponentProps, ReactNode } from 'react'
import { cx } from '../lib/cx.ts'
import { Tooltip } from './Tooltip.tsx'

export type IconButtonProps = Omit<ComponentProps<'button'>, 'aria-label'> & {
  /** What it does; read aloud, and shown as its tooltip. */
  label: string
  icon: ReactNode
  /** Its shortcut, shown in the tooltip. */
  keys?: string
  size?: 'small' | 'medium' | 'large'
  tone?: 'quiet' | 'danger' | 'over-media'
  /** For a button that switches something on and off. */
  isOn?: boolean
  side?: 'top' | 'bottom' | 'left' | 'right'
}

export function IconButton({
  label,
  icon,
  keys,
  size = 'medium',
  tone = 'quiet',
  isOn,
  side = 'bottom',
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip label={label} keys={keys} side={side}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={isOn}
        className={cx(
          'touchable inline-flex shrink-0 items-center justify-center rounded-md transition-colors disabled:opacity-40 [&_svg]:size-4',
          TONES[tone],
          isOn === true && 'bg-active text-ink',
          SIZES[size],
          className,
        )}
        {...rest}
      >
        {icon}
      </button>
    </Tooltip>
  )
}

const TONES = {
  quiet: 'text-ink-soft hover:not-disabled:bg-hover hover:not-disabled:text-ink',
  danger: 'text-ink-soft hover:not-disabled:bg-danger-soft hover:not-disabled:text-danger',
  'over-media': 'bg-black/45 text-white hover:not-disabled:bg-black/70',
}

const SIZES = { small: 'size-7', medium: 'size-8', large: 'size-10 [&_svg]:size-5' }
