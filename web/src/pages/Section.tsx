import type { ReactNode } from 'react'

/** A column of settings. */
export function Sections({ children }: { children: ReactNode }) {
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto flex max-w-3xl flex-col gap-10 px-5 pt-6 pb-24 sm:px-8">{children}</div>
    </div>
  )
}

export function Section({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h2 className="text-lg font-semibold">{title}</h2>
      {lead !== undefined && <p className="mt-0.5 max-w-2xl text-sm text-ink-soft">{lead}</p>}
      <div className="mt-4">{children}</div>
    </section>
  )
}
