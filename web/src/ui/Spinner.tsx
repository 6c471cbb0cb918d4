import { cx } from '../lib/cx.ts'

/** Something is being done. Says nothing by itself: what stands beside it does. */
export function Spinner({ className }: { className?: string }) {
  return (
    <span
      aria-hidden
      className={cx(
        'inline-block size-3.5 animate-turn rounded-full border-2 border-current border-r-transparent opacity-70',
        className,
      )}
    />
  )
}
