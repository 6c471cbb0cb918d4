import { Info } from 'lucide-react'
import { lazy, Suspense, useCallback, useEffect, useRef, type ReactNode } from 'react'
import {
  DetailsPanel,
  FileBrowser,
  RenameDialog,
  useListing,
  type Listing,
  type ListingFilter,
} from '../files/index.ts'
import { useIsPhone } from '../lib/screen.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { Sheet } from '../ui/Sheet.tsx'
import { useAt, type FilesSearch, type SetFilesSearch } from './place.ts'

/** So many files on each side of the open one are kept at hand. */
const AHEAD = 6

const Viewer = lazy(async () => ({ default: (await import('../viewer/index.ts')).Viewer }))

/** Files with their details beside them and the viewer over them: the library and the trash alike. */
export function FilesPlace({ filter, search, setSearch, label, empty, bar }: FilesPlaceProps) {
  const { listing, view } = useListing(filter)
  const [at, setAt] = useAt(search, setSearch)
  const isPhone = useIsPhone()
  const open = search.open
  const onOpen = useCallback(
    (fileId: string) => {
      setAt(fileId)
      setSearch({ open: fileId })
    },
    [setAt, setSearch],
  )
  const details = search.details === true
  const onPanel = useCallback(() => setSearch({ details: !details }, { replace: true }), [details, setSearch])
  const close = useCallback(() => setSearch({ open: undefined }, { replace: true }), [setSearch])

  useReturnFocus(open)

  useEffect(() => {
    const index = open === undefined ? undefined : listing.indexOf(open)
    // What lies ahead is fetched before it is asked for.
    if (index !== undefined) listing.need(Math.max(0, index - AHEAD), index + AHEAD)
  }, [open, listing])

  const listed = at === undefined ? undefined : fileIn(listing, at)
  return (
    <div className="flex h-full min-h-0 flex-col">
      {bar}
      <div className="flex min-h-0 flex-1">
        <div className="relative min-w-0 flex-1">
          <FileBrowser
            listing={listing}
            view={view}
            layout={search.view ?? 'grid'}
            at={at}
            onAt={setAt}
            onOpen={onOpen}
            onPanel={onPanel}
            empty={empty}
            label={label}
          />
        </div>
        {details && !isPhone && (
          <aside
            aria-label="Details"
            className="w-[360px] shrink-0 animate-slide-left overflow-y-auto border-l border-line bg-surface"
          >
            {at === undefined ? <NothingSelected /> : <DetailsPanel key={at} fileId={at} listed={listed} />}
          </aside>
        )}
      </div>
      {isPhone && (
        <Sheet title="Details" isOpen={details && open === undefined} onClose={onPanel}>
          {at === undefined ? <NothingSelected /> : <DetailsPanel key={at} fileId={at} listed={listed} />}
        </Sheet>
      )}
      <RenameDialog />
      {open !== undefined && (
        <Suspense fallback={<div className="fixed inset-0 z-40 bg-black" />}>
          <Viewer
            fileId={open}
            siblings={siblingsOf(listing, open)}
            details={(fileId) => <DetailsPanel key={fileId} fileId={fileId} listed={fileIn(listing, fileId)} />}
            onNavigate={(fileId) => {
              setAt(fileId)
              setSearch({ open: fileId }, { replace: true })
            }}
            onClose={close}
          />
        </Suspense>
      )}
    </div>
  )
}

/** What stands beside the open file; nothing when it is not in the list, as on a cold load of a far one. */
function siblingsOf(listing: Listing, fileId: string) {
  const index = listing.indexOf(fileId)
  if (index === undefined) return {}
  return {
    previousId: index === 0 ? undefined : listing.fileAt(index - 1)?.id,
    nextId: listing.fileAt(index + 1)?.id,
    position: index + 1,
    count: listing.view.get().count,
  }
}

type FilesPlaceProps = {
  filter: ListingFilter
  search: FilesSearch
  setSearch: SetFilesSearch
  label: string
  empty: ReactNode
  bar: ReactNode
}

function NothingSelected() {
  return (
    <EmptyState picture={<Info className="size-6 text-ink-faint" strokeWidth={1.5} />} title="No file yet">
      Go to a file and its details stand here.
    </EmptyState>
  )
}

function fileIn(listing: Listing, fileId: string) {
  const index = listing.indexOf(fileId)
  return index === undefined ? undefined : listing.fileAt(index)
}

/** When the viewer closes, the file that was open has the keyboard. */
function useReturnFocus(open: string | undefined): void {
  const before = useRef(open)
  useEffect(() => {
    if (before.current !== undefined && open === undefined) {
      requestAnimationFrame(() =>
        document.querySelector<HTMLElement>('[role=gridcell][tabindex="0"]')?.focus({ preventScroll: true }),
      )
    }
    before.current = open
  }, [open])
}
