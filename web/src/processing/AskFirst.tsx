import type { StepName } from '@trove/contract/processing'
import { useQuery } from '@tanstack/react-query'
import { stepTitle } from '../lib/step-words.ts'
import { AskDialog } from '../ui/AskDialog.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { wouldBeQuery } from './queries.ts'
import { counted } from './words.ts'

export type Asked = { step: StepName; deed: 'drain' | 'again' }

/** Says how many it would be before much is thrown away or asked for. */
export function AskFirst({
  asked: { step, deed },
  onClose,
  onDo,
}: {
  asked: Asked
  onClose: () => void
  onDo: () => void
}) {
  const { data: count, error } = useQuery(wouldBeQuery(step, deed))
  const isDrain = deed === 'drain'
  const title = stepTitle(step)
  return (
    <AskDialog
      title={isDrain ? `Drain ${title}?` : `Run ${title} over old files?`}
      onClose={onClose}
      apply={isDrain ? 'Pause and throw away' : 'Ask for it'}
      tone={isDrain ? 'danger' : 'primary'}
      canApply={count !== undefined && (isDrain || count > 0)}
      onApply={onDo}
    >
      {error !== null && <Problem error={error} shape="line" />}
      {count === undefined && error === null && <Skeleton className="h-12" />}
      {count !== undefined && (
        <p className="text-base text-ink-soft">
          {isDrain
            ? `The step is paused, and ${counted(count)} waiting ${count === 1 ? 'file is' : 'files are'} forgotten. What runs is finished. The files stay as they are; run the step over old files to have it done after all.`
            : count === 0
              ? 'It has been done for every file that needs it.'
              : `${counted(count)} ${count === 1 ? 'file needs' : 'files need'} it. It is done after everything else, and you can stop it.`}
        </p>
      )}
    </AskDialog>
  )
}
