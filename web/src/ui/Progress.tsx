import { cx } from '../lib/cx.ts'

/** How much of something is done, or (without a value) that it goes on. @param share 0 to 1 */
export function Progress({ label, share, tone = 'accent', className }: ProgressProps) {
  const now = share === undefined ? undefined : Math.round(Math.min(1, Math.max(0, share)) * 100)
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={now}
      className={cx('h-1 w-full overflow-hidden rounded-full bg-active', className)}
    >
      <div
        className={cx(
          'h-full origin-left rounded-full transition-transform',
          TONES[tone],
          now === undefined && 'animate-breathe',
        )}
        style={{ transform: `scaleX(${(now ?? 100) / 100})` }}
      />
    </div>
  )
}

type ProgressProps = {
  label: string
  share?: number
  tone?: 'accent' | 'warning' | 'danger' | 'success' | 'idle'
  className?: string
}

const TONES = {
  accent: 'bg-accent',
  warning: 'bg-warning',
  danger: 'bg-danger',
  success: 'bg-success',
  idle: 'bg-ink-faint',
}
