import type { File } from '@trove/contract/files'
import { useInfiniteQuery } from '@tanstack/react-query'
import { ChevronDown, Search } from 'lucide-react'
import { useEffect, useMemo } from 'react'
import { FilePicture } from '../files/FilePicture.tsx'
import { kindNames, NoMatchPicture } from '../files/index.ts'
import { FilterChips } from '../finding/FilterChips.tsx'
import { searchQuery } from '../finding/queries.ts'
import { forgetSearches, recentSearches, rememberSearch } from '../finding/recent.ts'
import { ResultList } from '../finding/ResultList.tsx'
import { useStore } from '../lib/store.ts'
import { useOrganization } from '../organizations/index.ts'
import { Bar } from '../ui/Bar.tsx'
import { Button } from '../ui/Button.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { Menu, MenuAction } from '../ui/Menu.tsx'
import { Problem } from '../ui/Problem.tsx'
import { SearchField } from '../ui/SearchField.tsx'
import { ShowMore } from '../ui/ShowMore.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { NOT_NARROWED, useNarrowing, type FilesSearch, type SetFilesSearch } from './place.ts'

const PICTURE = 56
const REMEMBERED_AFTER_MS = 2_000
const KINDS = ['image', 'video', 'audio', 'document', 'text', 'design', 'archive', 'other'] as const

/** Everything one can see, by words and filters: names, tags, descriptions, cameras, people and the text of documents. */
export function SearchPage({ search, setSearch, onOpen }: SearchPageProps) {
  const organization = useOrganization()
  const narrowing = useNarrowing(search)
  const { q, kind } = search
  const filter = useMemo(
    () => ({ ...narrowing, ...(q !== undefined && { q }), ...(kind !== undefined && { kind }) }),
    [narrowing, q, kind],
  )
  const isAsked = Object.keys(filter).length > 0
  const found = useInfiniteQuery(searchQuery(organization.id, filter))
  const results = found.data?.pages.flatMap(({ items }) => items) ?? []
  useEffect(() => {
    if (q === undefined) return
    const timer = setTimeout(() => rememberSearch(q), REMEMBERED_AFTER_MS)
    return () => clearTimeout(timer)
  }, [q])
  const set = (changed: Partial<FilesSearch>) => setSearch(changed, { replace: true })
  return (
    <>
      <Bar slot="title">
        <h1 className="truncate text-base font-semibold">Search</h1>
      </Bar>
      <Bar slot="search">
        <SearchField label="Search everything" value={q ?? ''} onSearch={(text) => set({ q: text })} />
      </Bar>
      <div className="flex h-full min-h-0 flex-col">
        <div
          role="group"
          aria-label="Filters"
          className="flex h-11 shrink-0 items-center gap-1 overflow-x-auto px-4 [scrollbar-width:none] max-sm:px-2"
        >
          <KindChip kind={kind} onChange={(next) => set({ kind: next })} />
          <FilterChips organizationId={organization.id} now={narrowing} onChange={set} />
        </div>
        <div className="min-h-0 flex-1 overflow-y-auto">
          <div className="mx-auto flex min-h-full w-full max-w-3xl flex-col gap-3 px-2 pb-8">
            {!isAsked && <Nothing onChoose={(words) => set({ q: words })} />}
            {isAsked && found.isPending && <Coming />}
            {isAsked && found.isError && <Problem error={found.error} onRetry={() => void found.refetch()} />}
            {isAsked && found.isSuccess && results.length === 0 && (
              <EmptyState
                picture={<NoMatchPicture />}
                title={q === undefined ? 'Nothing matches these filters' : `Nothing found for “${q}”`}
                action={
                  <Button onClick={() => set({ q: undefined, kind: undefined, ...NOT_NARROWED })}>Start anew</Button>
                }
              >
                Every word must be somewhere: try fewer words, or take a filter away.
              </EmptyState>
            )}
            {isAsked && results.length > 0 && (
              <>
                <ResultList
                  results={results}
                  picture={(file) => <FilePicture file={file} width={PICTURE} height={PICTURE} />}
                  onOpen={({ file, passage }) => {
                    if (q !== undefined) rememberSearch(q)
                    onOpen(file, passage?.page)
                  }}
                />
                <ShowMore of={found} />
              </>
            )}
          </div>
        </div>
      </div>
    </>
  )
}

function KindChip({ kind, onChange }: { kind: FilesSearch['kind']; onChange: (kind: FilesSearch['kind']) => void }) {
  return (
    <Menu
      label="Type"
      trigger={
        <button
          type="button"
          className="inline-flex h-7 shrink-0 items-center gap-1 rounded-full px-2.5 text-sm whitespace-nowrap text-ink-soft hover:bg-hover hover:text-ink pointer-coarse:h-9"
        >
          {kind === undefined ? 'Type' : `Type: ${kindNames[kind]}`}
          <ChevronDown aria-hidden className="size-3.5 text-ink-faint" />
        </button>
      }
    >
      <MenuAction isChecked={kind === undefined} onSelect={() => onChange(undefined)}>
        Any
      </MenuAction>
      {KINDS.map((one) => (
        <MenuAction key={one} isChecked={kind === one} onSelect={() => onChange(one)}>
          {kindNames[one]}
        </MenuAction>
      ))}
    </Menu>
  )
}

function Nothing({ onChoose }: { onChoose: (words: string) => void }) {
  const recent = useStore(recentSearches)
  return (
    <EmptyState
      picture={<Search className="size-8 text-ink-faint" strokeWidth={1.5} />}
      title="Search everything you may see"
      action={
        recent.length > 0 && (
          <>
            {recent.map((words) => (
              <Button key={words} onClick={() => onChoose(words)}>
                {words}
              </Button>
            ))}
            <Button tone="quiet" onClick={forgetSearches}>
              Forget these
            </Button>
          </>
        )
      }
    >
      Words of names, tags, descriptions, cameras, people and years, and the text of documents: “beach 2019 jpg”. The
      last word may be unfinished. Press / to begin.
    </EmptyState>
  )
}

function Coming() {
  return (
    <div className="flex flex-col gap-3 p-2">
      {[0, 1, 2, 3, 4].map((row) => (
        <Skeleton key={row} className="h-14" />
      ))}
    </div>
  )
}

type SearchPageProps = {
  search: FilesSearch
  setSearch: SetFilesSearch
  onOpen: (file: File, page: number | undefined) => void
}
