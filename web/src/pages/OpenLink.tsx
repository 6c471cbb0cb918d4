import type { SharedFile, SharedLink } from '@trove/contract/shared'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { FolderOpen } from 'lucide-react'
import { lazy, Suspense, useCallback, useEffect, useMemo, type ReactNode } from 'react'
import { FilePicture } from '../files/FilePicture.tsx'
import { useStore } from '../lib/store.ts'
import {
  DownloadAll,
  filesQuery,
  FolderList,
  FolderPath,
  foldersQuery,
  Gallery,
  goTo,
  Heading,
  Series,
  sharedQuery,
  spot,
} from '../shared/index.ts'
import { EmptyState } from '../ui/EmptyState.tsx'
import { Logo } from '../ui/Logo.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Spinner } from '../ui/Spinner.tsx'
import { asFile } from './shared-file.ts'

const SharedViewer = lazy(() => import('./SharedViewer.tsx').then((page) => ({ default: page.SharedViewer })))
const SendFiles = lazy(() => import('./SendByLink.tsx').then((page) => ({ default: page.SendByLink })))

/** A link that is open: what is shared by it, and where files are asked for the place to put them. */
export function OpenLink({ linkId }: { linkId: string }) {
  const { data: shared, error, refetch } = useQuery(sharedQuery(linkId))
  useEffect(() => {
    if (shared?.title) document.title = shared.title
  }, [shared?.title])
  if (shared === undefined)
    return error === null ? (
      <Waiting />
    ) : (
      <main className="h-full">
        <Problem error={error} onRetry={() => void refetch()} />
      </main>
    )
  return (
    <div className="flex h-full flex-col bg-canvas">
      <main className="min-h-0 flex-1">
        {shared.allows.includes('view') ? <Shown shared={shared} /> : <OnlyAsks shared={shared} />}
      </main>
    </div>
  )
}

/** A box that files are put into and not looked into. */
function OnlyAsks({ shared }: { shared: SharedLink }) {
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto flex max-w-xl flex-col gap-7 px-5 py-[max(28px,7vh)]">
        <Logo size={36} />
        <Heading shared={shared} />
        <Asked shared={shared} onArrived={() => undefined} />
      </div>
    </div>
  )
}

function Asked({ shared, onArrived }: { shared: SharedLink; onArrived: () => void }) {
  const { upload } = shared
  if (upload === undefined) return null
  return (
    <Suspense fallback={<Spinner />}>
      <SendFiles shared={{ ...shared, upload }} onArrived={onArrived} />
    </Suspense>
  )
}

function Shown({ shared }: { shared: SharedLink }) {
  const { folderId, fileId } = useStore(spot)
  const queries = useQueryClient()
  const isFolder = shared.kind === 'folder'
  const isEvent = shared.event !== undefined
  const files = useInfiniteQuery(filesQuery(shared.id, folderId, isEvent))
  const { data: place } = useQuery({ ...foldersQuery(shared.id, folderId), enabled: isFolder })
  const pages = useMemo(() => files.data?.pages.map(({ items }) => items) ?? [], [files.data])
  const list = useMemo(() => pages.flat(), [pages])
  const folders = place?.folders ?? []
  const only = shared.kind === 'file' ? list[0] : undefined
  const mayDownload = shared.allows.includes('download') && shared.fileCount !== 0 && only?.mayDownload !== false
  const isAtTop = place === undefined || place.path.length < 2

  const open = useCallback((id: string) => goTo({ ...spot.get(), fileId: id }), [])
  const enter = useCallback((id: string) => goTo({ folderId: id }), [])
  const more = () => void (files.isFetchingNextPage || files.fetchNextPage())
  const refresh = () => void queries.invalidateQueries({ queryKey: ['shared', shared.id] })
  const lead = (
    <div className="flex flex-col gap-5 pt-6 pb-5 sm:pt-8">
      <Heading shared={shared}>{mayDownload && <DownloadAll shared={shared} only={only} />}</Heading>
      {isFolder && place !== undefined && <FolderPath path={place.path} onGo={enter} />}
      {shared.upload !== undefined && isAtTop && <Asked shared={shared} onArrived={refresh} />}
      <FolderList folders={folders} onGo={enter} />
    </div>
  )
  return (
    <>
      {isEvent && list.length > 0 ? (
        <Short lead={lead}>
          <div className="pb-10">
            <Series
              label={`Pictures of ${shared.title}`}
              files={list}
              hasMore={files.hasNextPage}
              onMore={more}
              onOpen={open}
              picture={picture}
            />
          </div>
        </Short>
      ) : list.length > 0 ? (
        <Gallery
          key={folderId ?? ''}
          label="Files"
          pages={pages}
          hasMore={files.hasNextPage}
          onMore={more}
          onOpen={open}
          isAlone={only !== undefined}
          picture={picture}
          lead={lead}
          placeKey={`shared ${shared.id} ${folderId ?? ''}`}
        />
      ) : (
        <Short lead={lead}>
          <Nothing
            isWaiting={files.isPending}
            error={files.error}
            hasFolders={folders.length > 0}
            takesFiles={shared.upload !== undefined}
            onRetry={() => void files.refetch()}
          />
        </Short>
      )}
      {fileId !== undefined && (
        <Suspense fallback={null}>
          <SharedViewer shared={shared} files={list} fileId={fileId} />
        </Suspense>
      )}
    </>
  )
}

const picture = (file: SharedFile, { width, height }: { width: number; height: number }) => (
  <FilePicture file={asFile(file)} width={width} height={height} />
)

function Short({ lead, children }: { lead: ReactNode; children: ReactNode }) {
  return (
    <div className="h-full overflow-y-auto px-3 sm:px-8">
      {lead}
      {children}
    </div>
  )
}

type NothingProps = {
  isWaiting: boolean
  error: unknown
  hasFolders: boolean
  takesFiles: boolean
  onRetry: () => void
}

function Nothing({ isWaiting, error, hasFolders, takesFiles, onRetry }: NothingProps) {
  if (isWaiting) return <Waiting />
  if (error !== null)
    return (
      <div className="h-72">
        <Problem error={error} onRetry={onRetry} />
      </div>
    )
  if (hasFolders || takesFiles) return null
  return (
    <div className="h-72">
      <EmptyState
        picture={<FolderOpen className="size-8 text-ink-faint" strokeWidth={1.25} />}
        title="There is nothing in here"
      >
        Not yet, or not any more.
      </EmptyState>
    </div>
  )
}

function Waiting() {
  return (
    <div className="flex h-72 items-center justify-center">
      <Spinner />
    </div>
  )
}
