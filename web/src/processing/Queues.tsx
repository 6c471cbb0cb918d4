import type { StepName } from '@trove/contract/processing'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { sentenceOf } from '../lib/problem.ts'
import { stepTitle } from '../lib/step-words.ts'
import { Problem } from '../ui/Problem.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { toast } from '../ui/toast.ts'
import { AskFirst, type Asked } from './AskFirst.tsx'
import { processingQuery, useDeed, type Deed } from './queries.ts'
import { StepCard } from './StepCard.tsx'

/** Every step with its queue. */
export function Queues() {
  const { data, error, refetch } = useQuery(processingQuery)
  const [asked, setAsked] = useState<Asked | undefined>(undefined)
  const deeds = useDeed()
  const run = (step: StepName, deed: Deed) => {
    setAsked(undefined)
    deeds.mutate(
      { step, deed },
      { onError: (failed) => toast({ tone: 'danger', title: stepTitle(step), detail: sentenceOf(failed) }) },
    )
  }
  const onDeed = (step: StepName, deed: Deed) => {
    if (deed === 'drain' || deed === 'again') setAsked({ step, deed })
    else run(step, deed)
  }
  if (data === undefined)
    return error === null ? (
      <div aria-hidden className="flex flex-col gap-2">
        {[0, 1, 2, 3].map((i) => (
          <Skeleton key={i} className="h-20" />
        ))}
      </div>
    ) : (
      <Problem error={error} onRetry={() => void refetch()} />
    )
  return (
    <>
      {error !== null && <Problem error={error} shape="line" />}
      <ul aria-label="Steps" className="divide-y divide-line rounded-lg border border-line bg-surface">
        {data.steps.map((queue) => (
          <StepCard
            key={queue.name}
            queue={queue}
            isBusy={deeds.isPending && deeds.variables.step === queue.name}
            onDeed={(deed) => onDeed(queue.name, deed)}
          />
        ))}
      </ul>
      {asked !== undefined && (
        <AskFirst asked={asked} onClose={() => setAsked(undefined)} onDo={() => run(asked.step, asked.deed)} />
      )}
    </>
  )
}
