import type { StepAgain, StepQueue } from '@trove/contract/processing-console'
import { Ellipsis, Pause, Play } from 'lucide-react'
import { formatDay, formatShare } from '../lib/format.ts'
import { stepTitle } from '../lib/step-words.ts'
import { Badge } from '../ui/Badge.tsx'
import { Button } from '../ui/Button.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Menu, MenuAction } from '../ui/Menu.tsx'
import { Progress } from '../ui/Progress.tsx'
import type { Deed } from './queries.ts'
import { counted, rateOf, waitedFor } from './words.ts'

type StepCardProps = {
  queue: StepQueue
  isBusy: boolean
  onDeed: (deed: Deed) => void
}

/** One step: what waits, runs and was done of it, and what an administrator may do about it. */
export function StepCard({ queue, isBusy, onDeed }: StepCardProps) {
  const { name, isLater, waiting, waitingOld, running, oldestAt, paused, again, failed } = queue
  const title = stepTitle(name)
  const hasQueue = isLater || name === 'variants'
  const isAgain = again !== undefined && again.endedAt === undefined
  return (
    <li className="flex flex-col gap-2 px-4 py-3.5">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-64">
          <h3 className="flex flex-wrap items-center gap-2 text-sm font-semibold">
            {title}
            {paused !== undefined && <Badge tone="warning">Paused</Badge>}
            {failed > 0 && <Badge tone="danger">{counted(failed)} failed</Badge>}
          </h3>
          <p className="tabular text-xs text-ink-soft">
            {hasQueue ? `${counted(waiting)} waiting` : 'Goes with the pictures of a new file'}
            {waitingOld > 0 && `, ${counted(waitingOld)} of them over old files`}
            {`, ${running.toLocaleString()} running`}
            {oldestAt !== undefined && waiting > 0 && ` · the oldest for ${waitedFor(oldestAt)}`}
          </p>
          <p className="tabular text-xs text-ink-faint">{rateOf(queue)}</p>
          {paused !== undefined && (
            <p className="text-xs text-ink-soft">
              Paused {formatDay(paused.at)}
              {paused.by !== undefined && ` by ${paused.by.name}`}.
            </p>
          )}
        </div>
        {hasQueue && (
          <div className="flex gap-1">
            <Button
              size="small"
              isBusy={isBusy}
              icon={
                paused === undefined ? (
                  <Pause aria-hidden className="size-3.5" />
                ) : (
                  <Play aria-hidden className="size-3.5" />
                )
              }
              aria-label={`${paused === undefined ? 'Pause' : 'Resume'}: ${title}`}
              onClick={() => onDeed(paused === undefined ? 'pause' : 'resume')}
            >
              {paused === undefined ? 'Pause' : 'Resume'}
            </Button>
            {isLater && (
              <Menu
                label={title}
                trigger={
                  <IconButton
                    label={`More: ${title}`}
                    size="small"
                    icon={<Ellipsis aria-hidden className="size-4" />}
                  />
                }
              >
                <MenuAction onSelect={() => onDeed(isAgain ? 'stop-again' : 'again')}>
                  {isAgain ? 'Stop asking for old files' : 'Run over old files …'}
                </MenuAction>
                <MenuAction tone="danger" onSelect={() => onDeed('drain')}>
                  Drain …
                </MenuAction>
              </Menu>
            )}
          </div>
        )}
      </div>
      {again !== undefined && <Again again={again} title={title} />}
    </li>
  )
}

function Again({ again, title }: { again: StepAgain; title: string }) {
  const { seenCount, askedCount, totalCount, endedAt, askedAt, askedBy } = again
  const who = askedBy === undefined ? '' : ` by ${askedBy.name}`
  if (endedAt !== undefined)
    return (
      <p className="tabular text-xs text-ink-faint">
        Over old files, asked {formatDay(askedAt)}
        {who}: {askedCount.toLocaleString()} of {seenCount.toLocaleString()} needed it.
      </p>
    )
  return (
    <div role="status" className="flex flex-col gap-1">
      <span className="tabular text-xs text-ink-soft">
        Over old files: {seenCount.toLocaleString()} of {totalCount.toLocaleString()} looked at (
        {formatShare(seenCount, totalCount)}), asked for {askedCount.toLocaleString()}
      </span>
      <Progress label={`Old files: ${title}`} share={seenCount / Math.max(1, totalCount)} />
    </div>
  )
}
