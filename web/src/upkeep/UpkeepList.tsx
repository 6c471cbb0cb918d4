import type { UpkeepTask } from '@trove/contract/upkeep'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Problem } from '../ui/Problem.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { upkeepQuery } from './queries.ts'
import { UpkeepCard } from './UpkeepCard.tsx'
import { hasFault } from './words.ts'

type Which = 'all' | 'faults'

/** All that is done by the clock: what came of it, when it is due, and the buttons to have it done now. */
export function UpkeepList() {
  const { data: tasks, error, refetch } = useQuery(upkeepQuery)
  const [which, setWhich] = useState<Which>('all')
  if (tasks === undefined)
    return error === null ? (
      <div aria-hidden className="flex flex-col gap-2">
        {[0, 1, 2, 3, 4].map((i) => (
          <Skeleton key={i} className="h-20" />
        ))}
      </div>
    ) : (
      <Problem error={error} onRetry={() => void refetch()} />
    )
  const faulty = tasks.filter(isFaulty)
  const shown = which === 'faults' ? faulty : [...faulty, ...tasks.filter((task) => !isFaulty(task))]
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p role="status" className={faulty.length > 0 ? 'text-sm font-medium text-danger' : 'text-sm text-ink-soft'}>
          {faulty.length === 0 ? 'Nothing has failed.' : `${faulty.length} of ${tasks.length} should be looked at.`}
        </p>
        <Segmented
          label="Which"
          value={which}
          onChange={setWhich}
          options={[
            { value: 'all', label: 'All' },
            { value: 'faults', label: 'To look at' },
          ]}
        />
      </div>
      {error !== null && <Problem error={error} shape="line" />}
      {shown.length === 0 ? (
        <p className="rounded-lg border border-line px-4 py-8 text-center text-sm text-ink-soft">
          Nothing has failed, and nothing was found that should not be.
        </p>
      ) : (
        <ul aria-label="Upkeep" className="divide-y divide-line rounded-lg border border-line bg-surface">
          {shown.map((task) => (
            <UpkeepCard key={task.task} task={task} />
          ))}
        </ul>
      )}
    </div>
  )
}

const isFaulty = ({ last }: UpkeepTask): boolean => last !== undefined && hasFault(last)
