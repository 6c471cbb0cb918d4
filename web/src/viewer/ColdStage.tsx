import type { FileDetails } from '@trove/contract/files'
import { useQuery } from '@tanstack/react-query'
import { Snowflake } from 'lucide-react'
import type { ReactNode } from 'react'
import { coldSentence } from '../lib/keeping.ts'
import { Problem } from '../ui/Problem.tsx'
import { Spinner } from '../ui/Spinner.tsx'
import { recallQuery } from './queries.ts'
import { stillOf } from './sources.ts'

/** Waits with whoever wants to see an original that is in cold storage, and goes on by itself when it is back. */
export function ColdStage({ file, children }: { file: FileDetails; children: ReactNode }) {
  const { data, error, refetch } = useQuery(recallQuery(file.id))
  if (data?.state === 'ready') return children
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  const still = stillOf(file)
  return (
    <div className="relative flex h-full flex-col items-center justify-center gap-4 overflow-hidden p-6 text-center">
      {still !== undefined && (
        <img src={still} alt="" className="max-h-[70%] max-w-full rounded-md object-contain opacity-60" />
      )}
      {data === undefined ? (
        <Spinner />
      ) : (
        <p role="status" className="flex items-center gap-2 text-sm text-ink-soft">
          <Snowflake aria-hidden className="size-4" /> {coldSentence(data.secondsLeft)}
        </p>
      )}
    </div>
  )
}
