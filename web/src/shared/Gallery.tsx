import type { SharedFile } from '@trove/contract/shared'
import { Play } from 'lucide-react'
import { memo, useCallback, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { formatDuration } from '../lib/format.ts'
import { useIsPhone } from '../lib/screen.ts'
import { Badge } from '../ui/Badge.tsx'
import type { Section } from '../ui/grid/layout.ts'
import { VirtualGrid, type Direction, type GridHandle } from '../ui/grid/VirtualGrid.tsx'
import { aspectOf } from './aspect.ts'

type Size = { width: number; height: number }

export type GalleryProps = {
  label: string
  /** Page by page, as they were listed: a page that does not change keeps its rows. */
  pages: readonly (readonly SharedFile[])[]
  hasMore: boolean
  onMore: () => void
  onOpen: (fileId: string) => void
  /** One file is all there is: it gets the room. */
  isAlone?: boolean
  /** Draws a file in a box; the room that knows pictures does. */
  picture: (file: SharedFile, size: Size) => ReactNode
  /** Above the first row, scrolling with it. */
  lead: ReactNode
  placeKey: string
}

const KEYS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  PageUp: 'page-up',
  PageDown: 'page-down',
  Home: 'first',
  End: 'last',
}
/** Height that rows aim at. */
const TARGETS = { many: { phone: 140, wide: 240 }, alone: { phone: 300, wide: 560 } } as const
/** So many files before the last that is known, the next page is asked for. */
const AHEAD = 60

/** Everything that is shared in one place, to look at. */
export function Gallery({ pages, hasMore, onMore, onOpen, isAlone = false, picture, ...rest }: GalleryProps) {
  const grid = useRef<GridHandle>(null)
  const isPhone = useIsPhone()
  const [active, setActive] = useState(0)
  const files = useMemo(() => pages.flat(), [pages])
  const indexes = useMemo(() => new Map(files.map(({ id }, index) => [id, index])), [files])
  const sections = useSections(pages, hasMore)

  const renderCell = useCallback(
    (index: number, size: Size) => {
      const file = files[index]
      return file === undefined ? null : (
        <Tile file={file} index={index} size={size} hasFocus={index === active} onOpen={onOpen} onFocus={setActive}>
          {picture(file, size)}
        </Tile>
      )
    },
    [files, active, onOpen, picture],
  )
  const press = (event: KeyboardEvent) => {
    const direction = KEYS[event.key]
    const isCell = event.target instanceof Element && event.target.closest('[role=gridcell]') !== null
    if (direction === undefined || !isCell || grid.current === null) return
    event.preventDefault()
    const index = grid.current.neighbour(active, direction)
    setActive(index)
    grid.current.focus(index)
  }
  return (
    <div className="h-full" onKeyDown={press}>
      <VirtualGrid
        ref={grid}
        {...rest}
        sections={sections}
        shape="justified"
        target={TARGETS[isAlone ? 'alone' : 'many'][isPhone ? 'phone' : 'wide']}
        gap={isPhone ? 3 : 6}
        headingHeight={0}
        padding={isPhone ? { left: 12, right: 12 } : { left: 32, right: 32 }}
        version={renderCell}
        keyOf={(index) => files[index]?.id}
        indexOf={(key) => indexes.get(key)}
        renderCell={renderCell}
        renderHeading={() => null}
        pinned={active}
        onSight={(_, to) => hasMore && to > files.length - AHEAD && onMore()}
      />
    </div>
  )
}

/** One section a page; the last row of all may stay short. */
function useSections(pages: readonly (readonly SharedFile[])[], hasMore: boolean): Section[] {
  return useMemo(
    () =>
      pages.flatMap((files, at) =>
        files.length === 0
          ? []
          : {
              key: String(at),
              size: files.length,
              aspects: files.map(aspectOf),
              isLast: at === pages.length - 1 && !hasMore,
            },
      ),
    [pages, hasMore],
  )
}

type TileProps = {
  file: SharedFile
  index: number
  size: Size
  hasFocus: boolean
  onOpen: (fileId: string) => void
  onFocus: (index: number) => void
  children: ReactNode
}

const Tile = memo(function Tile({ file, index, hasFocus, onOpen, onFocus, children }: TileProps) {
  const length = file.durationMs === undefined ? undefined : formatDuration(file.durationMs)
  return (
    <div
      role="gridcell"
      data-index={index}
      tabIndex={hasFocus ? 0 : -1}
      onClick={() => onOpen(file.id)}
      onFocus={() => onFocus(index)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        onOpen(file.id)
      }}
      className="group relative block size-full cursor-zoom-in overflow-hidden rounded-xs outline-none select-none"
    >
      <span className="sr-only">
        {file.name}
        {length !== undefined && `, ${length}`}
      </span>
      <span aria-hidden>{children}</span>
      {file.kind === 'video' && length !== undefined && (
        <span aria-hidden className="absolute right-1.5 bottom-1.5">
          <Badge tone="over-media">
            <Play className="size-2.5 fill-current" /> {length}
          </Badge>
        </span>
      )}
      <span
        aria-hidden
        className="pointer-events-none absolute inset-0 rounded-xs ring-1 ring-ink/7 ring-inset group-focus-visible:ring-3 group-focus-visible:ring-accent group-focus-visible:outline-2 group-focus-visible:-outline-offset-5 group-focus-visible:outline-canvas"
      />
    </div>
  )
})
