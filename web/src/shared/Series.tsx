import type { SharedFile } from '@trove/contract/shared'
import { Play } from 'lucide-react'
import { useEffect, useRef, type ReactNode } from 'react'
import { cx } from '../lib/cx.ts'
import { formatDuration } from '../lib/format.ts'
import { Badge } from '../ui/Badge.tsx'
import { aspectOf } from './aspect.ts'

/** Drawn so large that what a device shows of it is sharp. */
const TILE = { width: 480, height: 360 }
const ALONE = { width: 960, height: 720 }
/** The next page is asked for before its place comes in sight. */
const AHEAD = '800px'

type SeriesProps = {
  label: string
  files: readonly SharedFile[]
  hasMore: boolean
  onMore: () => void
  onOpen: (fileId: string) => void
  /** Draws a file in a box; the room that knows pictures does. */
  picture: (file: SharedFile, size: { width: number; height: number }) => ReactNode
}

/** The pictures of an event, in its order, each with its words. */
export function Series({ label, files, hasMore, onMore, onOpen, picture }: SeriesProps) {
  const isAlone = files.length === 1 && !hasMore
  return (
    <>
      <ol
        aria-label={label}
        className={cx(
          'grid grid-cols-1 gap-x-5 gap-y-7',
          isAlone ? 'max-w-4xl' : 'sm:grid-cols-2 lg:grid-cols-3 2xl:grid-cols-4',
        )}
      >
        {files.map((file, index) => (
          <Tile
            key={file.id}
            file={file}
            place={isAlone ? undefined : index + 1}
            onOpen={onOpen}
            picture={picture(file, isAlone ? ALONE : TILE)}
          />
        ))}
      </ol>
      {hasMore && <Sentinel key={files.length} onSeen={onMore} />}
    </>
  )
}

type TileProps = {
  file: SharedFile
  /** In the order; undefined where there is none. */
  place: number | undefined
  onOpen: (fileId: string) => void
  picture: ReactNode
}

function Tile({ file, place, onOpen, picture }: TileProps) {
  const { caption, name, durationMs } = file
  const length = file.kind === 'video' && durationMs !== undefined ? formatDuration(durationMs) : undefined
  return (
    <li className="min-w-0">
      <figure>
        <div
          className={cx('relative overflow-hidden rounded-lg bg-hover', place !== undefined && 'aspect-[4/3]')}
          style={place === undefined ? { aspectRatio: aspectOf(file) } : undefined}
        >
          <button
            type="button"
            aria-label={`Open ${name}${caption === undefined ? '' : `: ${caption}`}`}
            onClick={() => onOpen(file.id)}
            className="absolute inset-0 cursor-zoom-in rounded-lg -outline-offset-2"
          >
            {picture}
          </button>
          {place !== undefined && (
            <span
              aria-hidden
              className="tabular pointer-events-none absolute bottom-2 left-2 rounded-md bg-black/65 px-1.5 py-0.5 text-xs text-white"
            >
              {place}
            </span>
          )}
          {length !== undefined && (
            <span aria-hidden className="pointer-events-none absolute right-2 bottom-2">
              <Badge tone="over-media">
                <Play className="size-2.5 fill-current" /> {length}
              </Badge>
            </span>
          )}
        </div>
        {caption !== undefined && (
          <figcaption className="mt-2 text-sm break-words whitespace-pre-wrap text-ink-soft">{caption}</figcaption>
        )}
      </figure>
    </li>
  )
}

function Sentinel({ onSeen }: { onSeen: () => void }) {
  const mark = useRef<HTMLDivElement>(null)
  const current = useRef(onSeen)
  current.current = onSeen
  useEffect(() => {
    const element = mark.current
    if (element === null) return
    const watch = new IntersectionObserver(
      (entries) => entries.some(({ isIntersecting }) => isIntersecting) && current.current(),
      { rootMargin: AHEAD },
    )
    watch.observe(element)
    return () => watch.disconnect()
  }, [])
  return <div ref={mark} aria-hidden className="h-px" />
}
