import { CircleAlert, RotateCw, WifiOff } from 'lucide-react'
import { ApiProblem, sentenceOf } from '../lib/api.ts'
import { Button } from './Button.tsx'

/** What was refused, what to do, and the instance to quote. `place` fills the room; `line` stands in a form. */
export function Problem({
  error,
  onRetry,
  shape = 'place',
}: {
  error: unknown
  onRetry?: () => void
  shape?: 'place' | 'line'
}) {
  const problem = error instanceof ApiProblem ? error : undefined
  const Icon = problem?.kind === 'unreachable' ? WifiOff : CircleAlert
  const isFault = problem !== undefined && problem.status >= 500
  if (shape === 'line') {
    return (
      <div role="alert" className="flex items-start gap-2 rounded-md bg-danger-soft px-3 py-2 text-sm text-danger">
        <Icon aria-hidden className="mt-px size-4 shrink-0" />
        <p className="min-w-0">
          {sentenceOf(error)}
          {isFault && <Instance problem={problem} />}
        </p>
      </div>
    )
  }
  return (
    <div role="alert" className="flex h-full flex-col items-center justify-center gap-1 px-6 py-12 text-center">
      <Icon aria-hidden className="mb-3 size-7 text-ink-faint" strokeWidth={1.5} />
      <h2 className="text-lg font-semibold text-balance">{problem?.title ?? 'This did not work'}</h2>
      {sentenceOf(error) !== problem?.title && (
        <p className="max-w-md text-base text-balance text-ink-soft">{sentenceOf(error)}</p>
      )}
      {isFault && (
        <p className="text-xs text-ink-faint">
          <Instance problem={problem} />
        </p>
      )}
      {onRetry !== undefined && (
        <Button className="mt-4" icon={<RotateCw className="size-4" />} onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  )
}

function Instance({ problem }: { problem: ApiProblem }) {
  if (problem.instance === undefined) return null
  return (
    <span className="mt-1 block">
      Quote <code className="font-mono break-all select-all">{problem.instance.replace('urn:uuid:', '')}</code> when you
      report it.
    </span>
  )
}
