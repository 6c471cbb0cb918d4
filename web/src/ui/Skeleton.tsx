import { cx } from '../lib/cx.ts'

/** The shape of what is on its way. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cx('block animate-breathe rounded-md bg-active', className)} />
}
