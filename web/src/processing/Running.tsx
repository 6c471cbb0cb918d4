import { useQuery } from '@tanstack/react-query'
import { formatBytes } from '../lib/format.ts'
import { stepTitle, stepWords } from '../lib/step-words.ts'
import { Progress } from '../ui/Progress.tsx'
import { processingQuery } from './queries.ts'
import { waitedFor } from './words.ts'

/** What runs at this moment, the longest first. */
export function Running() {
  const { data } = useQuery(processingQuery)
  const running = data?.running ?? []
  if (running.length === 0) return <p className="text-sm text-ink-soft">Nothing runs at this moment.</p>
  return (
    <ul aria-label="Running" className="divide-y divide-line rounded-lg border border-line bg-surface">
      {running.map((step) => (
        <li key={`${step.name} ${step.beganAt} ${step.organization.id}`} className="flex flex-col gap-1 px-4 py-2.5">
          <span className="flex flex-wrap justify-between gap-x-3 text-sm">
            <span>{stepWords({ ...step, status: 'running' })}</span>
            <span className="tabular text-xs text-ink-faint">
              {step.organization.name} · {step.mediaType}, {formatBytes(step.sizeBytes)} · for {waitedFor(step.beganAt)}
              {step.attempts > 1 && ` · attempt ${step.attempts}`}
            </span>
          </span>
          <Progress label={stepTitle(step.name)} {...(step.progress > 0 && { share: step.progress })} />
        </li>
      ))}
    </ul>
  )
}
