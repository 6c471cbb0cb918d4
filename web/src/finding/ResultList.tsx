import type { File } from '@trove/contract/files'
import type { SearchResult } from '@trove/contract/search'
import { useRef, type KeyboardEvent, type ReactNode } from 'react'
import { formatBytes, formatDay } from '../lib/format.ts'
import { Marked } from './Marked.tsx'

const PLACES = { name: '', about: 'In tags, description or other details', text: 'In its text', part: '' } as const

/** What was found, the best first; arrows go from one to the next. */
export function ResultList({ results, picture, onOpen }: ResultListProps) {
  const list = useRef<HTMLUListElement>(null)
  const go = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[event.key]
    if (step === undefined) return
    const rows = [...(list.current?.querySelectorAll<HTMLElement>('[data-result]') ?? [])]
    const next = rows[rows.indexOf(document.activeElement as HTMLElement) + step]
    if (next === undefined) return
    event.preventDefault()
    next.focus()
  }
  return (
    <ul ref={list} aria-label="Results" className="flex flex-col" onKeyDown={go}>
      {results.map((result) => (
        <li key={result.file.id} className="border-b border-line last:border-0">
          <button
            type="button"
            data-result
            onClick={() => onOpen(result)}
            className="flex w-full items-start gap-3 rounded-md px-2 py-2.5 text-left hover:bg-hover"
          >
            <span className="relative size-14 shrink-0 overflow-hidden rounded-md">{picture(result.file)}</span>
            <Told {...result} />
          </button>
        </li>
      ))}
    </ul>
  )
}

function Told({ file, place, nameMatches, passage }: SearchResult) {
  const where = place === undefined ? '' : PLACES[place]
  return (
    <span className="flex min-w-0 flex-1 flex-col gap-0.5">
      <span className="truncate text-base text-ink" title={file.name}>
        {nameMatches.length === 0 ? file.name : <Marked text={file.name} matches={nameMatches} />}
      </span>
      {passage !== undefined && (
        <span className="line-clamp-2 text-sm text-ink-soft">
          {passage.matches.length === 0 ? passage.text : <Marked text={passage.text} matches={passage.matches} />}
        </span>
      )}
      <span className="tabular text-xs text-ink-soft">
        {[
          where,
          passage !== undefined && file.pages !== undefined ? pagesOf(passage.pages) : '',
          formatDay(file.happenedAt),
          formatBytes(file.sizeBytes),
          file.createdBy.name,
        ]
          .filter((part) => part !== '')
          .join(' · ')}
      </span>
    </span>
  )
}

const pagesOf = (pages: readonly number[]): string =>
  pages.length === 0 ? '' : pages.length === 1 ? `page ${pages[0]}` : `pages ${pages.join(', ')}`

type ResultListProps = {
  results: readonly SearchResult[]
  picture: (file: File) => ReactNode
  onOpen: (result: SearchResult) => void
}
