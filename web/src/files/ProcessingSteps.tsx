import type { ProcessingStep } from '@trove/contract/processing'
import { useQuery } from '@tanstack/react-query'
import { cx } from '../lib/cx.ts'
import { isOpen, stepTitle, stepWords } from '../lib/step-words.ts'
import { stepsQuery } from '../lib/steps.ts'
import { Progress } from '../ui/Progress.tsx'

/** What is still being made of a file, and what could not be; nothing once all is done. */
export function ProcessingSteps({ fileId }: { fileId: string }) {
  const { data: steps = [] } = useQuery(stepsQuery(fileId))
  const shown = steps.filter((step) => isOpen(step) || step.status === 'failed')
  if (shown.length === 0) return null
  return (
    <ul aria-label="Processing" className="flex flex-col gap-2">
      {shown.map((step) => (
        <Line key={step.name} step={step} />
      ))}
    </ul>
  )
}

function Line({ step }: { step: ProcessingStep }) {
  const { name, status, progress } = step
  const title = stepTitle(name)
  return (
    <li className="flex flex-col gap-1 text-xs">
      <span className="flex flex-wrap justify-between gap-x-2">
        <span className="font-medium text-ink">{title}</span>
        <span className={cx('tabular min-w-0 break-words', status === 'failed' ? 'text-danger' : 'text-ink-soft')}>
          {stepWords(step)}
        </span>
      </span>
      {status === 'running' && <Progress label={title} {...(progress > 0 && { share: progress })} />}
    </li>
  )
}
