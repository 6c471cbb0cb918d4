import type { ReactNode } from 'react'

/** A few things that belong together, one below the other. */
export function Lines({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul aria-label={label} className="divide-y divide-line rounded-lg border border-line bg-surface">
      {children}
    </ul>
  )
}

/** One of them: what it is, what is known of it, and what can be done. */
export function Line({ icon, title, children, actions }: LineProps) {
  return (
    <li className="flex min-h-14 items-center gap-3 px-4 py-2.5">
      <span aria-hidden className="shrink-0 text-ink-faint [&_svg]:size-5">
        {icon}
      </span>
      <span className="min-w-0 flex-1">
        <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5 text-sm font-medium wrap-anywhere">{title}</span>
        <span className="block text-xs text-ink-faint wrap-anywhere">{children}</span>
      </span>
      {actions !== undefined && <span className="flex shrink-0 items-center gap-1">{actions}</span>}
    </li>
  )
}

type LineProps = { icon: ReactNode; title: ReactNode; children?: ReactNode; actions?: ReactNode }
