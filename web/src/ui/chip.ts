import { cx } from '../lib/cx.ts'

/** What a way to narrow a list down looks like in a bar. */
export const chipClass = (isOn: boolean): string =>
  cx(
    'inline-flex h-7 shrink-0 items-center gap-1 rounded-full px-2.5 text-sm whitespace-nowrap transition-colors pointer-coarse:h-9 pointer-coarse:px-3',
    isOn ? 'bg-active font-medium text-ink' : 'text-ink-soft hover:bg-hover hover:text-ink',
  )
