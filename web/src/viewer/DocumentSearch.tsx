import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useState } from 'react'
import { sentenceOf } from '../lib/api.ts'
import { formatCount } from '../lib/format.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { SearchField } from '../ui/SearchField.tsx'
import { hitsQuery } from './document-queries.ts'

type DocumentSearchProps = {
  fileId: string
  /** What a hit is on: a page, unless it has none. */
  unit?: string
  onPage: (page: number) => void
  onClose: () => void
}

/** Words looked for in a document, and the pages that they stand on. */
export function DocumentSearch({ fileId, unit = 'Page', onPage, onClose }: DocumentSearchProps) {
  const [words, setWords] = useState('')
  const { data: hits, error } = useQuery(hitsQuery(fileId, words.trim()))
  const total = hits?.reduce((sum, { count }) => sum + count, 0) ?? 0
  return (
    <aside
      aria-label="Search in this document"
      className="flex w-full flex-col gap-2 border-l border-line bg-surface p-3 max-sm:absolute max-sm:inset-x-0 max-sm:top-0 max-sm:z-10 max-sm:max-h-[60%] max-sm:border-b sm:w-72 sm:shrink-0"
    >
      <div className="flex items-center gap-1">
        <SearchField label="Search in this document" value={words} onSearch={setWords} className="flex-1" />
        <IconButton label="Close the search" icon={<X />} onClick={onClose} />
      </div>
      <p role="status" className="text-xs text-ink-soft">
        {error !== null && sentenceOf(error)}
        {hits !== undefined &&
          (total === 0
            ? 'These words are not in this document.'
            : `${formatCount(total, 'hit')} on ${formatCount(hits.length, unit.toLowerCase())}`)}
      </p>
      <ol tabIndex={0} aria-label="Hits" className="min-h-0 flex-1 overflow-y-auto">
        {hits?.map(({ number, count, excerpt }) => (
          <li key={number}>
            <button
              type="button"
              onClick={() => onPage(number)}
              className="w-full rounded-md px-2 py-1.5 text-left text-sm hover:bg-hover"
            >
              <span className="flex justify-between gap-2 text-xs text-ink-soft">
                <span className="tabular">
                  {unit} {number}
                </span>
                {count > 1 && <span className="tabular">{count} ×</span>}
              </span>
              <span className="line-clamp-3 break-words">{excerpt}</span>
            </button>
          </li>
        ))}
      </ol>
    </aside>
  )
}
