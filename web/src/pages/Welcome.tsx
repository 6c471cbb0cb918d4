import type { ReactNode } from 'react'
import { Logo } from '../ui/Logo.tsx'

/** One thing at a time, in the middle of a quiet page: setting up, signing in. */
export function Welcome({ step, title, children, footer, lead }: WelcomeProps) {
  return (
    <main className="flex h-full flex-col items-center overflow-y-auto bg-canvas px-5 py-[max(32px,10vh)]">
      <div className="w-full max-w-[380px] animate-rise">
        <div className="mb-7 flex items-center justify-between">
          <Logo size={36} />
          {step !== undefined && (
            <ol aria-label={`Step ${step.at} of ${step.of}`} className="flex gap-1.5">
              {Array.from({ length: step.of }, (_, i) => (
                <li
                  key={i}
                  className={i < step.at ? 'h-1 w-6 rounded-full bg-accent' : 'h-1 w-6 rounded-full bg-active'}
                />
              ))}
            </ol>
          )}
        </div>
        <h1 className="text-2xl font-semibold tracking-tight text-balance">{title}</h1>
        {lead !== undefined && <p className="mt-2 text-base text-pretty text-ink-soft">{lead}</p>}
        <div className="mt-7">{children}</div>
        {footer !== undefined && <div className="mt-6 text-sm text-ink-soft">{footer}</div>}
      </div>
    </main>
  )
}

type WelcomeProps = {
  step?: { at: number; of: number }
  title: string
  lead?: ReactNode
  children: ReactNode
  footer?: ReactNode
}
