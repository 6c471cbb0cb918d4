import { cx } from '../lib/cx.ts'
import { keyCaps } from '../lib/keys.ts'

/** A key or combination as it stands on the keyboard. */
export function Kbd({ keys, tone = 'plain' }: { keys: string; tone?: 'plain' | 'inverse' }) {
  return (
    <kbd className="inline-flex gap-0.5 font-sans">
      {keyCaps(keys).map((cap) => (
        <span
          key={cap}
          className={cx(
            'inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-xs px-1 text-xs leading-none',
            tone === 'plain'
              ? 'border border-line bg-sunken text-ink-soft'
              : 'bg-white/15 text-current in-data-[theme=dark]:bg-black/10',
          )}
        >
          {cap}
        </span>
      ))}
    </kbd>
  )
}
