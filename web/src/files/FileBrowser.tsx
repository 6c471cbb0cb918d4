import {
  useCallback,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
  type DragEvent,
  type MouseEvent,
  type PointerEvent,
  type ReactNode,
  lazy,
  Suspense,
} from 'react'
import { formatMonth } from '../lib/format.ts'
import { useIsPhone } from '../lib/screen.ts'
import type { Point } from '../ui/PointMenu.tsx'
import { Problem } from '../ui/Problem.tsx'
import { VirtualGrid, type GridHandle } from '../ui/grid/VirtualGrid.tsx'
import { countChosen, isChosen } from './chosen.ts'
import { filesOf, subjectAt } from './deeds.ts'
import { FileLine, LineHeadings } from './FileLine.tsx'
import { FileMenu, type MenuPlace } from './FileMenu.tsx'
import { FileTile } from './FileTile.tsx'
import type { FileBrowserProps } from './browser-props.ts'
import { filterKey } from './filter.ts'
import { GridSkeleton } from './GridSkeleton.tsx'
import type { Layout } from './layouts.ts'
import type { Listing, ListingView } from './listing/listing.ts'
import { MonthHeading } from './MonthHeading.tsx'
import { useBrowserKeys } from './useBrowserKeys.ts'
import { useChoosing } from './useChoosing.ts'

const LINE_HEIGHT = { wide: 45, phone: 60 }

/** Loaded when something is first chosen. */
const SelectionBar = lazy(async () => ({ default: (await import('./SelectionBar.tsx')).SelectionBar }))

/** Files to look at, choose and act upon, in whatever number. */
export function FileBrowser(props: FileBrowserProps) {
  const { listing, view, layout, at, onAt, onOpen, onDetails, empty, label, lead, deeds, look } = props
  const isDraggable = deeds.onDrag !== undefined
  const grid = useRef<GridHandle>(null)
  const isPhone = useIsPhone()
  const choosing = useChoosing(listing)
  const { chosen, toggleAt, extendTo } = choosing
  const { active, goTo } = useActive(listing, view, at, onAt)
  const chosenCount = countChosen(chosen, view.count)
  const isChoosing = chosenCount > 0

  const [menu, setMenu] = useState<MenuPlace | undefined>(undefined)
  const openMenu = useCallback(
    (index: number, place: Point) => {
      const subject = subjectAt(listing, chosen, index)
      if (subject !== undefined) setMenu({ chosen: subject, at: place })
    },
    [listing, chosen],
  )
  const drag = useCallback(
    (index: number, event: DragEvent) => {
      const subject = subjectAt(listing, chosen, index)
      if (subject !== undefined) deeds.onDrag?.(event, filesOf(listing, subject))
    },
    [listing, chosen, deeds],
  )
  const press = useCallback(
    (index: number, event: MouseEvent) => {
      const id = listing.fileAt(index)?.id
      if (id === undefined) return
      if (event.shiftKey) extendTo(index)
      else if (isChoosing || event.ctrlKey || event.metaKey) toggleAt(index)
      else onOpen(id)
    },
    [listing, isChoosing, extendTo, toggleAt, onOpen],
  )
  const choose = useCallback(
    (index: number, event: MouseEvent | PointerEvent) => {
      goTo(index)
      if (event.shiftKey) extendTo(index)
      else toggleAt(index)
    },
    [goTo, extendTo, toggleAt],
  )

  useImperativeHandle(
    props.browserRef,
    () => ({
      goTo(index) {
        goTo(index)
        grid.current?.goTo(index)
      },
    }),
    [goTo],
  )
  useBrowserKeys({ ...props, grid, active, goTo, choosing, chosenCount })
  useKeepFocus(view, active, grid)

  const Cell = layout === 'list' ? FileLine : FileTile
  const renderCell = useCallback(
    (index: number, size: { width: number; height: number }) => {
      const file = listing.fileAt(index)
      if (file === undefined) return <EmptyCell index={index} hasFocus={index === active} />
      return (
        <Cell
          key={file.id}
          file={file}
          index={index}
          width={Math.round(size.width)}
          height={Math.round(size.height)}
          isChosen={isChosen(chosen, file.id)}
          isChoosing={isChoosing}
          hasFocus={index === active}
          isDraggable={isDraggable}
          onPress={press}
          onChoose={choose}
          onFocus={goTo}
          onMenu={openMenu}
          onDrag={drag}
        />
      )
    },
    [listing, chosen, isChoosing, active, isDraggable, press, choose, goTo, openMenu, drag, Cell],
  )
  const keyOf = useCallback((index: number) => listing.fileAt(index)?.id, [listing])
  const isTrash = listing.filter.trashed === true
  const { gap, target, shape, headingHeight } = { ...measures(layout, isPhone), ...look }

  if (view.status === 'failed') return <Problem error={view.error} onRetry={listing.reload} />
  if (view.status === 'loading' || view.count === 0) {
    return (
      <WithoutFiles lead={lead} layout={layout}>
        {view.status === 'loading' ? <GridSkeleton layout={layout} /> : empty}
      </WithoutFiles>
    )
  }
  return (
    <div className="relative flex h-full min-h-0 flex-col">
      {layout === 'list' && (
        <div className="pr-14 pl-4 max-sm:hidden">
          <LineHeadings isTrash={isTrash} />
        </div>
      )}
      <div className="min-h-0 flex-1">
        <VirtualGrid
          ref={grid}
          label={label}
          sections={view.sections}
          shape={shape}
          target={target}
          gap={gap}
          headingHeight={headingHeight}
          padding={
            isPhone ? { left: layout === 'list' ? 8 : 2, right: layout === 'list' ? 8 : 2 } : { left: 16, right: 56 }
          }
          version={view.version}
          keyOf={keyOf}
          indexOf={listing.indexOf}
          renderCell={renderCell}
          renderHeading={look?.renderHeading ?? renderHeading}
          scrubLabel={look?.scrubLabel ?? scrubLabel}
          hasStickyHeadings={look?.hasStickyHeadings === true}
          {...(look === undefined ? {} : { scrubName: look.scrubName })}
          pinned={active}
          onSight={listing.need}
          onSweep={choosing.sweep}
          {...(lead === undefined ? {} : { lead })}
          placeKey={`${filterKey(listing.filter)}${layout}`}
        />
      </div>
      <FileMenu
        listing={listing}
        deeds={deeds}
        place={menu}
        onClose={() => setMenu(undefined)}
        onOpen={onOpen}
        onDetails={onDetails}
      />
      {isChoosing && (
        <Suspense>
          <SelectionBar
            listing={listing}
            choosing={choosing}
            deeds={deeds}
            count={chosenCount}
            total={view.count}
            isCounting={view.isCounting === true}
          />
        </Suspense>
      )}
    </div>
  )
}

/** What leads the files stands there also before they have come, and when there are none. */
function WithoutFiles({ lead, layout, children }: { lead: ReactNode; layout: Layout; children: ReactNode }) {
  if (lead === undefined) return children
  return (
    <div className="flex h-full flex-col overflow-y-auto">
      <div className={layout === 'list' ? 'px-2 sm:pr-14 sm:pl-4' : 'px-0.5 sm:pr-14 sm:pl-4'}>{lead}</div>
      <div className="min-h-0 flex-1">{children}</div>
    </div>
  )
}

/**
 * Where the keyboard is: at a file, which keeps it when the list moves, or at a position whose file is still to come.
 * The address says so too, and may change by itself, as by going back.
 */
function useActive(listing: Listing, view: ListingView, at: string | undefined, onAt: (fileId: string) => void) {
  const [place, setPlace] = useState<{ index: number; id: string | undefined; at: string | undefined }>({
    index: 0,
    id: at,
    at,
  })
  if (place.at !== at) setPlace((now) => ({ index: now.index, id: at ?? now.id, at }))
  const known = place.id === undefined ? undefined : listing.indexOf(place.id)
  const active = Math.min(known ?? place.index, Math.max(0, view.count - 1))
  const goTo = useCallback(
    (index: number) => {
      const id = listing.fileAt(index)?.id
      setPlace((now) => ({ ...now, index, id }))
      if (id !== undefined) onAt(id)
    },
    [listing, onAt],
  )

  // The file of a position that was gone to has come, or another file has taken the place of one that left.
  const here = listing.fileAt(active)?.id
  const isUntouched = place.id === undefined && place.index === 0
  const isSettled = known !== undefined || here === undefined || isUntouched
  useEffect(() => {
    if (!isSettled) goTo(active)
  }, [isSettled, active, goTo])
  return { active, goTo }
}

/** When the file that had the keyboard leaves the list, the one that takes its place gets it. */
function useKeepFocus(view: ListingView, active: number, grid: React.RefObject<GridHandle | null>): void {
  const hadFocus = useRef(false)
  useEffect(() => {
    const note = () => {
      hadFocus.current =
        document.activeElement?.closest('[role=gridcell]') !== null && document.activeElement !== document.body
    }
    document.addEventListener('focusin', note)
    return () => document.removeEventListener('focusin', note)
  }, [])
  useEffect(() => {
    if (hadFocus.current && document.activeElement === document.body && view.count > 0) grid.current?.refocus(active)
  }, [view.version, view.count, active, grid])
}

function EmptyCell({ index, hasFocus }: { index: number; hasFocus: boolean }) {
  return (
    <div
      role="gridcell"
      aria-label="Loading"
      data-index={index}
      tabIndex={hasFocus ? 0 : -1}
      className="size-full rounded-xs bg-hover"
    />
  )
}

function measures(layout: Layout, isPhone: boolean) {
  if (layout === 'list')
    return { shape: 'rows', target: isPhone ? LINE_HEIGHT.phone : LINE_HEIGHT.wide, gap: 0, headingHeight: 0 } as const
  if (layout === 'square')
    return {
      shape: 'square',
      target: isPhone ? 108 : 168,
      gap: isPhone ? 2 : 4,
      headingHeight: isPhone ? 40 : 48,
    } as const
  return {
    shape: 'justified',
    target: isPhone ? 132 : 216,
    gap: isPhone ? 2 : 4,
    headingHeight: isPhone ? 40 : 48,
  } as const
}

const renderHeading = (month: string) => <MonthHeading month={month} />
const scrubLabel = (month: string) => ({
  tick: month.slice(0, 4),
  get bubble() {
    return formatMonth(month)
  },
})
