import type { File } from '@trove/contract/files'
import { Info } from 'lucide-react'
import {
  lazy,
  Suspense,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  type ReactNode,
  type RefObject,
} from 'react'
import {
  FileBrowser,
  Organizer,
  useListing,
  type BrowserHandle,
  type CreateListing,
  type GridLook,
  type Listing,
  type ListingFilter,
} from '../files/index.ts'
import { purging } from '../files/purging.ts'
import { renaming } from '../files/renaming.ts'
import { focusLastFolder } from '../folders/focus.ts'
import { FolderLink } from '../folders/FolderLink.tsx'
import type { FolderLinks } from '../folders/links.ts'
import { moving, naming } from '../folders/stores.ts'
import { useIsPhone } from '../lib/screen.ts'
import { useStore } from '../lib/store.ts'
import { sharing } from '../sharing/subject.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { Sheet } from '../ui/Sheet.tsx'
import { deedsOf, share } from './deeds.ts'
import { PlaceLink } from './PlaceLink.tsx'
import { useAt, type FilesSearch, type SetFilesSearch } from './place.ts'

/** So many files on each side of the open one are kept at hand. */
const AHEAD = 6

/** Of what is asked for now and then, nothing is loaded before it is asked for. */
const FileStory = lazy(async () => ({ default: (await import('./FileStory.tsx')).FileStory }))
const DetailsPanel = lazy(async () => ({ default: (await import('../files/DetailsPanel.tsx')).DetailsPanel }))
const PlaceDialogs = lazy(async () => ({ default: (await import('./PlaceDialogs.tsx')).PlaceDialogs }))
const Compare = lazy(async () => ({ default: (await import('../viewer/index.ts')).Compare }))
const Viewer = lazy(async () => ({ default: (await import('../viewer/index.ts')).Viewer }))

/** Files with their details beside them and the viewer over them: library, folders and trash alike. */
export function FilesPlace(props: FilesPlaceProps) {
  const { filter, search, setSearch, label, empty, bar, lead, links, panel, onFile } = props
  const { listing, view } = useListing(filter, props.create)
  const [at, setAt] = useAt(search, setSearch)
  const isPhone = useIsPhone()
  const { open, compare, details = false } = search
  const goTo = useCallback(
    (fileId: string) => {
      setAt(fileId)
      onFile?.()
    },
    [setAt, onFile],
  )
  const onOpen = useCallback(
    (fileId: string) => {
      setAt(fileId)
      setSearch({ open: fileId })
    },
    [setAt, setSearch],
  )
  const onPanel = useCallback(() => setSearch({ details: !details }, { replace: true }), [details, setSearch])
  const onDetails = useCallback(
    (fileId: string) => {
      goTo(fileId)
      setSearch({ details: true }, { replace: true })
    },
    [goTo, setSearch],
  )
  const close = useCallback(() => setSearch({ open: undefined, page: undefined }, { replace: true }), [setSearch])
  const onCompare = useCallback(
    (first: string, second: string) => setSearch({ compare: `${first},${second}` }),
    [setSearch],
  )
  const deeds = useMemo(
    () => ({
      ...deedsOf(listing),
      onCompare: ([first, second]: readonly File[]) =>
        first !== undefined && second !== undefined && onCompare(first.id, second.id),
    }),
    [listing, onCompare],
  )

  useReturnFocus(open)
  useAhead(listing, open)

  const detailsOf = (fileId: string) => <Details key={fileId} fileId={fileId} listing={listing} links={links} />
  const shownDetails = panel ?? (at === undefined ? <NothingSelected /> : detailsOf(at))
  return (
    <div className="flex h-full min-h-0 flex-col">
      {bar}
      <div className="flex min-h-0 flex-1">
        <div className="relative min-w-0 flex-1">
          {props.instead ?? (
            <FileBrowser
              listing={listing}
              view={view}
              layout={search.view ?? 'grid'}
              at={at}
              onAt={goTo}
              onOpen={onOpen}
              onPanel={onPanel}
              onDetails={onDetails}
              empty={empty}
              label={label}
              deeds={deeds}
              onLeaveTop={focusLastFolder}
              {...(lead === undefined ? {} : { lead })}
              {...(props.look === undefined ? {} : { look: props.look })}
              {...(props.browserRef === undefined ? {} : { browserRef: props.browserRef })}
            />
          )}
        </div>
        {details && !isPhone && (
          <aside
            aria-label="Details"
            data-side-panel
            className="w-[360px] shrink-0 animate-slide-left overflow-y-auto border-l border-line bg-surface"
          >
            {shownDetails}
          </aside>
        )}
      </div>
      {isPhone && (
        <Sheet title="Details" isOpen={details && open === undefined} onClose={onPanel}>
          {shownDetails}
        </Sheet>
      )}
      <Organizer />
      <Dialogs />
      {compare !== undefined && (
        <Suspense fallback={<div className="fixed inset-0 z-40 bg-black" />}>
          <Compare
            written={compare}
            onChange={(written) => setSearch({ compare: written }, { replace: true })}
            onClose={() => setSearch({ compare: undefined }, { replace: true })}
          />
        </Suspense>
      )}
      {open !== undefined && compare === undefined && (
        <Suspense fallback={<div className="fixed inset-0 z-40 bg-black" />}>
          <Viewer
            fileId={open}
            page={search.page}
            siblings={siblingsOf(listing, open)}
            details={detailsOf}
            onShare={(file) => share([file])}
            onCompare={onCompare}
            onNavigate={(fileId) => {
              setAt(fileId)
              setSearch({ open: fileId, page: undefined }, { replace: true })
            }}
            onClose={close}
          />
        </Suspense>
      )}
    </div>
  )
}

/** The dialogs, from the first time that one of them is asked for. */
function Dialogs() {
  const isAsked = [useStore(sharing), useStore(moving), useStore(naming), useStore(renaming), useStore(purging)].some(
    (one) => one !== undefined,
  )
  const [isLoaded, setLoaded] = useState(isAsked)
  if (isAsked && !isLoaded) setLoaded(true)
  return (
    isLoaded && (
      <Suspense>
        <PlaceDialogs />
      </Suspense>
    )
  )
}

/** What is known of a file, by every room that knows something. */
function Details({ fileId, listing, links }: { fileId: string; listing: Listing; links: FolderLinks }) {
  return (
    <Suspense>
      <DetailsPanel
        fileId={fileId}
        listed={fileIn(listing, fileId)}
        onShare={(file) => share([file])}
        place={(at) => <PlaceLink at={at} />}
        folder={(file: File) =>
          // Only those who may change a file are told where it is.
          file.rights.includes('write') ? <FolderLink folderId={file.folderId} links={links} /> : undefined
        }
      >
        {(file: File) => (
          <Suspense>
            <FileStory file={file} />
          </Suspense>
        )}
      </DetailsPanel>
    </Suspense>
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
  links: FolderLinks
  /** Above the files: folders. */
  lead?: ReactNode
  /** In another order than that in which files came. */
  create?: CreateListing
  look?: GridLook
  browserRef?: RefObject<BrowserHandle | null>
  /** Shown in the place of the files: where they were taken. */
  instead?: ReactNode
  /** Stands in the panel instead of a file's details, as when a folder has the keyboard. */
  panel?: ReactNode
  /** A file has got the keyboard. */
  onFile?: () => void
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

/** What lies ahead of the open file is fetched before it is asked for. */
function useAhead(listing: Listing, open: string | undefined): void {
  useEffect(() => {
    const index = open === undefined ? undefined : listing.indexOf(open)
    if (index !== undefined) listing.need(Math.max(0, index - AHEAD), index + AHEAD)
  }, [open, listing])
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
