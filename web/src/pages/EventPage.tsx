import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import type { TimelineEvent } from '@trove/contract/timeline-events'
import { ArchiveRestore, Columns2, Download, FolderInput, ImagePlus, Trash2, UserPlus } from 'lucide-react'
import { lazy, Suspense, useEffect, useRef, useState, type ReactNode } from 'react'
import {
  EventHead,
  eventQuery,
  PictureOrder,
  picturesQuery,
  restoreEvents,
  tagEvent,
  trashEvents,
  UnsharedLine,
} from '../events/index.ts'
import { DetailsPanel } from '../files/DetailsPanel.tsx'
import { isProblem } from '../lib/api.ts'
import { useShortcuts } from '../lib/keys.ts'
import { Bar } from '../ui/Bar.tsx'
import { Button } from '../ui/Button.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Problem } from '../ui/Problem.tsx'
import { ShowMore } from '../ui/ShowMore.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { undoLast } from '../ui/toast.ts'
import { share } from './deeds.ts'
import { PlaceLink } from './PlaceLink.tsx'
import { allowedForEvents, downloadEvents, placeEvents, shareEvents } from './event-deeds.ts'

const Viewer = lazy(async () => ({ default: (await import('../viewer/index.ts')).Viewer }))
const TagField = lazy(async () => ({ default: (await import('../files/organizing/TagField.tsx')).TagField }))
const AddImages = lazy(async () => ({ default: (await import('../events/AddImages.tsx')).AddImages }))
const Compare = lazy(async () => ({ default: (await import('../viewer/index.ts')).Compare }))
const FileStory = lazy(async () => ({ default: (await import('./FileStory.tsx')).FileStory }))
const EventDialogs = lazy(async () => ({ default: (await import('./EventDialogs.tsx')).EventDialogs }))

type EventPageProps = {
  eventId: string
  /** The picture that is open over the page. */
  open: string | undefined
  /** Two of its pictures over the page; see `parseComparing`. */
  compare: string | undefined
  onShow: (over: { open?: string; compare?: string }) => void
  back: ReactNode
  onGone: () => void
}

/** A photo, a series or a clip: what it shows, in its order, with what people wrote. */
export function EventPage({ eventId, open, compare, onShow, back, onGone }: EventPageProps) {
  const { data: event, error, refetch } = useQuery(eventQuery(eventId))
  const listed = useInfiniteQuery(picturesQuery(eventId))
  const queries = useQueryClient()
  const [isAdding, setAdding] = useState(false)
  const onOpen = (fileId: string) => onShow({ open: fileId })
  const pictures = listed.data?.pages.flatMap((page) => page.items) ?? []
  useEffect(() => {
    if (event !== undefined) document.title = event.title
  }, [event])

  useReturnFocus(open, compare)
  useShortcuts([{ keys: 'z', label: 'Undo', run: () => void undoLast() }])

  if (isProblem(error, 'not-found'))
    return (
      <EmptyState title="There is no such event, or not for you" action={back}>
        It may have been deleted, or nobody has shared it with you.
      </EmptyState>
    )
  if (event === undefined) return error === null ? <Coming /> : <Problem error={error} onRetry={() => void refetch()} />
  const mayChange = event.rights.includes('write')
  return (
    <>
      <Bar slot="title">
        <span className="text-sm">{back}</span>
      </Bar>
      <Bar slot="actions">
        <Deeds event={event} onGone={onGone} />
      </Bar>
      <div className="h-full overflow-y-auto">
        <div className="mx-auto flex max-w-7xl flex-col gap-6 px-4 py-6 sm:px-6">
          {event.trashedAt !== undefined && (
            <div className="flex flex-wrap items-center gap-3 rounded-md bg-warning-soft px-3 py-2 text-sm">
              <p className="min-w-0 flex-1">This event is in the trash. Its files are where they were.</p>
              {mayChange && (
                <Button
                  size="small"
                  icon={<ArchiveRestore className="size-4" />}
                  onClick={() => void restoreEvents(queries, [event])}
                >
                  Restore
                </Button>
              )}
            </div>
          )}
          <EventHead
            event={event}
            {...(mayChange &&
              event.trashedAt === undefined && {
                tags: (
                  <Suspense fallback={<Skeleton className="h-14" />}>
                    <TagField
                      organizationId={event.organizationId}
                      label="Tags"
                      tags={event.tags}
                      mayMake
                      onAdd={(tag) => void tagEvent(queries, event, { tag, isGiven: true })}
                      onRemove={(tag) => void tagEvent(queries, event, { tag, isGiven: false })}
                    />
                  </Suspense>
                ),
              })}
          />
          <PictureDeeds
            event={event}
            ids={pictures.filter(({ file }) => file.kind === 'image').map(({ file }) => file.id)}
            onAdd={() => setAdding(true)}
            onCompare={(first, second) => onShow({ compare: `${first},${second}` })}
          />
          <UnsharedLine event={event} />
          {listed.data === undefined ? (
            listed.error === null ? (
              <PicturesComing />
            ) : (
              <Problem error={listed.error} onRetry={() => void listed.refetch()} />
            )
          ) : pictures.length === 0 ? (
            <p className="text-sm text-ink-soft">There is nothing in it that you can see.</p>
          ) : (
            <PictureOrder event={event} pictures={pictures} onOpen={onOpen} />
          )}
          <ShowMore of={listed} className="self-center" />
        </div>
      </div>
      <Suspense>
        <EventDialogs />
      </Suspense>
      {isAdding && (
        <Suspense>
          <AddImages
            event={event}
            shown={new Set(pictures.map(({ file }) => file.id))}
            onClose={() => setAdding(false)}
          />
        </Suspense>
      )}
      {compare !== undefined && (
        <Suspense fallback={<div className="fixed inset-0 z-40 bg-black" />}>
          <Compare
            written={compare}
            among={pictures.filter(({ file }) => file.kind === 'image').map(({ file }) => file.id)}
            onChange={(written) => onShow({ compare: written })}
            onClose={() => onShow({})}
          />
        </Suspense>
      )}
      {open !== undefined && compare === undefined && (
        <Suspense fallback={<div className="fixed inset-0 z-40 bg-black" />}>
          <Viewer
            fileId={open}
            siblings={siblingsOf(
              pictures.map(({ file }) => file.id),
              open,
            )}
            details={(fileId) => (
              <DetailsPanel
                fileId={fileId}
                listed={pictures.find(({ file }) => file.id === fileId)?.file}
                onShare={(file) => share([file])}
                place={(at) => <PlaceLink at={at} />}
                folder={() => undefined}
              >
                {(file) => (
                  <Suspense>
                    <FileStory file={file} />
                  </Suspense>
                )}
              </DetailsPanel>
            )}
            onShare={(file) => share([file])}
            onCompare={(first, second) => onShow({ compare: `${first},${second}` })}
            onNavigate={onOpen}
            onClose={() => onShow({})}
          />
        </Suspense>
      )}
    </>
  )
}

type PictureDeedsProps = {
  event: TimelineEvent
  /** Images in their order. */
  ids: readonly string[]
  onAdd: () => void
  onCompare: (first: string, second: string) => void
}

/** What can be done with the pictures of a series: the first and the last are what came before and after. */
function PictureDeeds({ event, ids, onAdd, onCompare }: PictureDeedsProps) {
  if (event.kind !== 'series') return null
  const mayAdd = event.rights.includes('write') && event.trashedAt === undefined
  const [first, last] = [ids[0], ids.at(-1)]
  const canCompare = first !== undefined && last !== undefined && first !== last
  if (!mayAdd && !canCompare) return null
  return (
    <div className="flex flex-wrap gap-2">
      {mayAdd && (
        <Button icon={<ImagePlus className="size-4" />} onClick={onAdd}>
          Add images
        </Button>
      )}
      {canCompare && (
        <Button icon={<Columns2 className="size-4" />} onClick={() => onCompare(first, last)}>
          Compare first and last
        </Button>
      )}
    </div>
  )
}

/** What can be done with the event as a whole. */
function Deeds({ event, onGone }: { event: TimelineEvent; onGone: () => void }) {
  const queries = useQueryClient()
  const allowed = allowedForEvents([event])
  if (event.trashedAt !== undefined) return null
  return (
    <>
      {allowed.share && (
        <Button icon={<UserPlus className="size-4" />} onClick={() => void shareEvents([event])}>
          <span className="max-sm:sr-only">Share</span>
        </Button>
      )}
      {allowed.download && (
        <IconButton label="Download as a ZIP" icon={<Download />} onClick={() => void downloadEvents([event])} />
      )}
      {allowed.move && <IconButton label="Move" icon={<FolderInput />} onClick={() => placeEvents(queries, [event])} />}
      {allowed.trash && (
        <IconButton
          label="Move to trash"
          icon={<Trash2 />}
          tone="danger"
          onClick={() => void trashEvents(queries, [event]).then((isGone) => isGone && onGone())}
        />
      )}
    </>
  )
}

function siblingsOf(ids: readonly string[], open: string) {
  const index = ids.indexOf(open)
  return index === -1
    ? {}
    : { previousId: ids[index - 1], nextId: ids[index + 1], position: index + 1, count: ids.length }
}

/** When what was over the page closes, the picture that was open has the keyboard, else what had opened it. */
function useReturnFocus(open: string | undefined, compare: string | undefined): void {
  const picture = useRef<string | undefined>(undefined)
  const opener = useRef<Element | null>(null)
  const isOver = open !== undefined || compare !== undefined
  const wasOver = useRef(isOver)
  // While this is drawn, what opened it still has the keyboard.
  if (isOver && !wasOver.current) opener.current = document.activeElement
  if (open !== undefined) picture.current = open
  useEffect(() => {
    if (wasOver.current && !isOver) {
      const tile = document.querySelector(`[data-picture="${picture.current}"]`)
      const back = tile ?? opener.current
      requestAnimationFrame(() => back instanceof HTMLElement && back.focus())
      picture.current = undefined
    }
    wasOver.current = isOver
  }, [isOver])
}

function Coming() {
  return (
    <div
      aria-busy
      aria-label="The event is on its way"
      role="status"
      className="mx-auto flex max-w-7xl flex-col gap-6 px-4 py-6 sm:px-6"
    >
      <Skeleton className="h-7 w-1/2 rounded" />
      <PicturesComing />
    </div>
  )
}

function PicturesComing() {
  return (
    <div aria-hidden className="grid grid-cols-1 gap-5 sm:grid-cols-2 lg:grid-cols-3">
      {Array.from({ length: 6 }, (_, i) => (
        <Skeleton key={i} className="aspect-[4/3] rounded-lg" />
      ))}
    </div>
  )
}
