import type { FailureGroup } from '@trove/contract/processing-console'
import { useQuery } from '@tanstack/react-query'
import { RotateCw } from 'lucide-react'
import { formatBytes, formatCount, formatDay } from '../lib/format.ts'
import { sentenceOf } from '../lib/problem.ts'
import { reasonTitle, stepTitle } from '../lib/step-words.ts'
import { Button } from '../ui/Button.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { toast } from '../ui/toast.ts'
import { failuresQuery, useRetryFailures } from './queries.ts'

/** What failed, by step and reason, each with a few of them. */
export function Failures() {
  const { data: groups, error, refetch } = useQuery(failuresQuery)
  const retry = useRetryFailures()
  const again = (which: Parameters<typeof retry.mutate>[0]) =>
    retry.mutate(which, {
      onSuccess: ({ count }) => toast({ tone: 'success', title: `${formatCount(count, 'file')} will be tried again` }),
      onError: (failed) => toast({ tone: 'danger', title: 'Nothing is tried again', detail: sentenceOf(failed) }),
    })
  if (groups === undefined)
    return error === null ? <Skeleton className="h-24" /> : <Problem error={error} onRetry={() => void refetch()} />
  if (groups.length === 0) return <p className="text-sm text-ink-soft">Nothing has failed.</p>
  return (
    <div className="flex flex-col gap-3">
      {groups.length > 1 && (
        <div>
          <Button size="small" icon={<RotateCw aria-hidden className="size-3.5" />} onClick={() => again({})}>
            Try all again
          </Button>
        </div>
      )}
      <ul aria-label="Failures" className="divide-y divide-line rounded-lg border border-line bg-surface">
        {groups.map((group) => (
          <Group
            key={`${group.step} ${group.reason}`}
            group={group}
            onRetry={() => again({ step: group.step, reason: group.reason })}
          />
        ))}
      </ul>
    </div>
  )
}

function Group({ group, onRetry }: { group: FailureGroup; onRetry: () => void }) {
  const { step, reason, count, newestAt, examples } = group
  const title = `${stepTitle(step)}: ${reasonTitle(reason)}`
  return (
    <li className="flex flex-col gap-2 px-4 py-3.5">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <div className="min-w-0">
          <h3 className="text-sm font-semibold">{title}</h3>
          <p className="tabular text-xs text-ink-soft">
            {formatCount(count, 'file')}, the last {formatDay(newestAt)}
          </p>
        </div>
        <Button
          size="small"
          icon={<RotateCw aria-hidden className="size-3.5" />}
          aria-label={`Try again: ${title}`}
          onClick={onRetry}
        >
          Try again
        </Button>
      </div>
      <ul aria-label={`Some of ${title}`} className="flex flex-col gap-1 border-l border-line pl-3">
        {examples.map((example) => (
          <li key={`${example.endedAt} ${example.sizeBytes}`} className="text-xs break-words text-ink-soft">
            {example.failure}
            <span className="tabular block text-ink-faint">
              {example.file !== undefined && `${example.file.name} · `}
              {example.organization.name} · {example.mediaType}, {formatBytes(example.sizeBytes)} ·{' '}
              {formatDay(example.endedAt)}
            </span>
          </li>
        ))}
      </ul>
    </li>
  )
}
