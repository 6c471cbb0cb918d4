import type { ReactNode } from 'react'
import { cx } from '../lib/cx.ts'

/** A word about something's state or kind. */
export function Badge({ tone = 'plain', children }: { tone?: keyof typeof TONES; children: ReactNode }) {
  return (
    <span
      className={cx(
        'inline-flex h-5 items-center gap-1 rounded-xs px-1.5 text-xs font-medium whitespace-nowrap',
        TONES[tone],
      )}
    >
      {children}
    </span>
  )
}

const TONES = {
  plain: 'bg-active text-ink-soft',
  accent: 'bg-accent-soft text-accent',
  danger: 'bg-danger-soft text-danger',
  warning: 'bg-warning-soft text-warning',
  success: 'bg-success-soft text-success',
  notice: 'bg-notice-soft text-notice',
  'over-media': 'bg-black/60 text-white tabular',
}
