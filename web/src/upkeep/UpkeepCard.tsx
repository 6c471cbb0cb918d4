import type { UpkeepRun, UpkeepTask } from '@trove/contract/upkeep'
import { useQuery } from '@tanstack/react-query'
import { ChevronDown, FlaskConical, Play } from 'lucide-react'
import { useState } from 'react'
import { cx } from '../lib/cx.ts'
import { formatCount, formatDateTime, formatDay, formatShare } from '../lib/format.ts'
import { Badge } from '../ui/Badge.tsx'
import { Button } from '../ui/Button.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Progress } from '../ui/Progress.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { runsQuery, useRunUpkeep } from './queries.ts'
import { everyOf, hasFault, outcomeOf, tookOf } from './words.ts'

/** One thing that is done by the clock. */
export function UpkeepCard({ task }: { task: UpkeepTask }) {
  const { title, lead, cron, nextAt, current, last, lastDryRun } = task
  const [isOpen, setOpen] = useState(false)
  const run = useRunUpkeep()
  const start = (isDryRun: boolean) => run.mutate({ task: task.task, isDryRun })
  const detailsId = `runs-${task.task.replace('.', '-')}`
  return (
    <li className="flex flex-col gap-2 px-4 py-3.5">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-64">
          <h3 className="flex flex-wrap items-center gap-x-2 text-sm font-semibold">
            {title}
            {last !== undefined && hasFault(last) && (
              <Badge tone="danger">{last.state === 'failed' ? 'Failed' : 'Look at this'}</Badge>
            )}
          </h3>
          <p className="text-xs text-ink-soft">{lead}</p>
          <p className="tabular mt-0.5 text-xs text-ink-faint">
            {everyOf(cron, nextAt)} · next {formatDay(nextAt)}
          </p>
        </div>
        <div className="flex gap-2">
          <Button
            size="small"
            icon={<FlaskConical aria-hidden className="size-3.5" />}
            disabled={current !== undefined}
            isBusy={run.isPending && run.variables.isDryRun}
            aria-label={`Dry run: ${title}`}
            onClick={() => start(true)}
          >
            Dry run
          </Button>
          <Button
            size="small"
            icon={<Play aria-hidden className="size-3.5" />}
            disabled={current !== undefined}
            isBusy={run.isPending && !run.variables.isDryRun}
            aria-label={`Run now: ${title}`}
            onClick={() => start(false)}
          >
            Run now
          </Button>
        </div>
      </div>
      {run.error !== null && <Problem error={run.error} shape="line" />}
      {current !== undefined && <UnderWay run={current} title={title} />}
      {lastDryRun !== undefined && isNewer(lastDryRun, last) && <Outcome run={lastDryRun} />}
      {last === undefined ? <p className="text-xs text-ink-faint">It has not run yet.</p> : <Outcome run={last} />}
      <div>
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={detailsId}
          onClick={() => setOpen(!isOpen)}
          className="touchable inline-flex items-center gap-1 rounded-xs text-xs text-ink-soft hover:text-ink"
        >
          <ChevronDown aria-hidden className={cx('size-3.5 transition-transform', isOpen && 'rotate-180')} />
          Earlier runs<span className="sr-only"> of {title}</span>
        </button>
        <div id={detailsId}>{isOpen && <Runs task={task} />}</div>
      </div>
    </li>
  )
}

const isNewer = (run: UpkeepRun, than: UpkeepRun | undefined): boolean =>
  than === undefined || (run.endedAt ?? '') > (than.endedAt ?? '')

function UnderWay({ run: { state, isDryRun, progress }, title }: { run: UpkeepRun; title: string }) {
  const whole = progress?.totalCount
  const words = state === 'waiting' ? 'Waits for a worker' : isDryRun ? 'Is being counted' : 'Runs'
  return (
    <div role="status" className="flex flex-col gap-1">
      <span className="tabular text-xs text-ink-soft">
        {words}
        {progress !== undefined &&
          (whole === undefined
            ? `: ${progress.doneCount.toLocaleString()} so far`
            : `: ${progress.doneCount.toLocaleString()} of about ${whole.toLocaleString()}, ${formatShare(progress.doneCount, whole)}`)}
      </span>
      <Progress
        label={`Progress of ${title}`}
        {...(whole !== undefined && progress !== undefined && { share: progress.doneCount / Math.max(1, whole) })}
      />
    </div>
  )
}

function Outcome({ run }: { run: UpkeepRun }) {
  const took = tookOf(run)
  return (
    <p className={cx('text-xs', hasFault(run) ? 'text-danger' : 'text-ink-soft')}>
      <span className="tabular font-medium">
        {run.isDryRun ? 'Dry run' : 'Last run'}
        {run.endedAt !== undefined && ` ${formatDay(run.endedAt)}`}
        {took !== undefined && `, ${took}`}:
      </span>{' '}
      {outcomeOf(run)}
    </p>
  )
}

function Runs({ task }: { task: UpkeepTask }) {
  const {
    data: runs,
    error,
    refetch,
  } = useQuery(runsQuery(task.task, `${task.last?.id} ${task.lastDryRun?.id} ${task.current?.id}`))
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} shape="line" />
  if (runs === undefined) return <Skeleton className="mt-2 h-16" />
  if (runs.length === 0) return <p className="mt-2 text-xs text-ink-faint">There is none.</p>
  return (
    <ol aria-label={`Earlier runs of ${task.title}`} className="mt-2 flex flex-col gap-2 border-l border-line pl-3">
      {runs.map((run) => (
        <li key={run.id} className={cx('text-xs', hasFault(run) ? 'text-danger' : 'text-ink-soft')}>
          <span className="tabular text-ink-faint">
            {formatDateTime(run.endedAt ?? run.beganAt ?? run.askedAt)}
            {run.isDryRun && ' · dry run'}
            {run.askedBy !== undefined && ` · asked for by ${run.askedBy.name}`}
          </span>
          <span className="block">
            {run.state === 'running' || run.state === 'waiting' ? 'Under way.' : outcomeOf(run)}
          </span>
        </li>
      ))}
      <li className="text-xs text-ink-faint">
        {formatCount(runs.length, 'run')}; those that found nothing are not kept, but for the last.
      </li>
    </ol>
  )
}
