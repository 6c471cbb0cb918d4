import type { FileDetails } from '@trove/contract/files'
import { useQuery } from '@tanstack/react-query'
import { contentUrl } from '../lib/file-urls.ts'
import { Problem } from '../ui/Problem.tsx'
import { Spinner } from '../ui/Spinner.tsx'
import { textQuery } from './queries.ts'

/** A text, as it is written: whatever it contains is shown and never run. */
export function TextStage({ file }: { file: FileDetails }) {
  const { data: text, error, refetch } = useQuery(textQuery(file.id, contentUrl(file)))
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (text === undefined)
    return (
      <div className="flex h-full items-center justify-center">
        <Spinner />
      </div>
    )
  return (
    <div className="h-full overflow-auto px-4 py-6 sm:px-20" tabIndex={0} role="document" aria-label={file.name}>
      <pre className="mx-auto max-w-[90ch] rounded-md bg-surface p-5 font-mono text-sm leading-relaxed break-words whitespace-pre-wrap">
        {text}
      </pre>
    </div>
  )
}
