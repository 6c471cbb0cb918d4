import type { ReactNode } from 'react'

/** A place with nothing in it: one picture, one sentence, one thing to do. */
export function EmptyState({ picture, title, children, action }: EmptyStateProps) {
  return (
    <div className="flex h-full flex-col items-center justify-center px-6 py-12 text-center">
      {picture !== undefined && (
        <div aria-hidden className="mb-5">
          {picture}
        </div>
      )}
      <h2 className="text-lg font-semibold text-balance">{title}</h2>
      {children !== undefined && <p className="mt-1 max-w-sm text-base text-balance text-ink-soft">{children}</p>}
      {action !== undefined && <div className="mt-5 flex flex-wrap items-center justify-center gap-2">{action}</div>}
    </div>
  )
}

type EmptyStateProps = { picture?: ReactNode; title: string; children?: ReactNode; action?: ReactNode }
