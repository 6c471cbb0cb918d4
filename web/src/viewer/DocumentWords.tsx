import type { FileDetails } from '@trove/contract/files'
import { useQueries } from '@tanstack/react-query'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { Button } from '../ui/Button.tsx'
import { Spinner } from '../ui/Spinner.tsx'
import { wordsQuery } from './document-queries.ts'

const AT_ONCE = 10
/** No more are asked for to begin further on. */
const AT_FIRST = 60

/** The words of a document whose pages cannot be shown, as nothing but text. */
export function DocumentWords({ file, passages, first = 1, children }: DocumentWordsProps) {
  const [shown, setShown] = useState(Math.min(Math.max(AT_ONCE, Math.min(first, AT_FIRST)), passages))
  const queries = useQueries({ queries: Array.from({ length: shown }, (_, i) => wordsQuery(file.id, i + 1)) })
  const begin = useRef<HTMLPreElement>(null)
  const isThere = queries.slice(0, first).every(({ isPending }) => !isPending)
  useEffect(() => {
    if (isThere && first > 1) begin.current?.scrollIntoView({ block: 'start' })
  }, [isThere, first])
  return (
    <div className="h-full overflow-auto px-4 py-6 sm:px-20" tabIndex={0} role="document" aria-label={file.name}>
      <div className="mx-auto flex max-w-[90ch] flex-col gap-4">
        <p role="status" className="text-center text-sm text-balance text-ink-soft">
          {children}
        </p>
        {queries.map(({ data, isPending }, i) =>
          isPending ? (
            <Spinner key={i} className="self-center" />
          ) : (
            data !== undefined &&
            data !== '' && (
              <pre
                key={i}
                ref={i + 1 === first ? begin : null}
                className="rounded-md bg-surface p-5 font-sans text-sm leading-relaxed break-words whitespace-pre-wrap"
              >
                {data}
              </pre>
            )
          ),
        )}
        {shown < passages && (
          <Button className="self-center" onClick={() => setShown(Math.min(passages, shown + AT_ONCE))}>
            Show more
          </Button>
        )}
      </div>
    </div>
  )
}

type DocumentWordsProps = {
  file: FileDetails
  passages: number
  /** Where one begins, counted from 1. */
  first?: number | undefined
  children: ReactNode
}
