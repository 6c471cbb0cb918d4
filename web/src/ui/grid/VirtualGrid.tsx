import { useCallback, useEffect, useImperativeHandle, useMemo, useRef, useState, type ReactNode, type Ref } from 'react'
import type { Frame, Section, Shape } from './layout.ts'
import { placedAt, planOf, rowOf, rowsBetween, verticalNeighbour, type PlacedRow, type Plan } from './plan.ts'
import { GridRow } from './GridRow.tsx'
import { Scrubber } from './Scrubber.tsx'
import { Sweep } from './Sweep.tsx'
import { StickyHeading } from './StickyHeading.tsx'
import { useAnchor } from './useAnchor.ts'
import { useScrollWindow } from './useScrollWindow.ts'
import { stretchOf, useTall, type Scroll } from './useTall.ts'

export type Direction = 'left' | 'right' | 'up' | 'down' | 'first' | 'last' | 'page-up' | 'page-down'

export type GridHandle = {
  neighbour(index: number, direction: Direction): number
  /** Scrolls as little as needed. */
  reveal(index: number): void
  /** Scrolls to where a cell's row, or the heading above it, is the first in sight, and gives the cell the keyboard. */
  goTo(index: number): void
  /** Reveals a cell and gives it the keyboard. */
  focus(index: number): void
  /** Gives a cell the keyboard that lost it, wherever the grid is scrolled to; one that is about to get it goes first. */
  refocus(index: number): void
  scrollToTop(): void
}

export type VirtualGridProps = {
  ref?: Ref<GridHandle>
  label: string
  sections: readonly Section[]
  shape: Shape
  /** Row height aimed at (justified, rows) or least side (square), in CSS pixels. */
  target: number
  gap: number
  headingHeight: number
  /** Left and right of the rows, in CSS pixels. */
  padding: { left: number; right: number }
  /** Changes when what cells show does. */
  version: unknown
  keyOf: (index: number) => string | undefined
  indexOf: (key: string) => number | undefined
  /** One gridcell; it must carry `data-index`. */
  renderCell: (index: number, size: { width: number; height: number }) => ReactNode
  renderHeading: (heading: string) => ReactNode
  /** What the scrubber says at a heading. */
  scrubLabel?: (heading: string) => { tick: string; bubble: string }
  /** The cell that has the keyboard stays rendered wherever the grid is scrolled to. */
  pinned: number | undefined
  onSight: (from: number, to: number) => void
  onSweep?: (indexes: readonly number[], isAdding: boolean) => void
  /** Above the first row, scrolling with it. */
  lead?: ReactNode
  /** Below the last row. */
  footer?: ReactNode
  /** What the scrubber is called. */
  scrubName?: string
  /** The heading of what is first in sight stays in sight. */
  hasStickyHeadings?: boolean
  /** Where it was scrolled to is remembered under this name while the page is open. */
  placeKey: string
}

const BOTTOM_ROOM = 96

/** A grid of any length, of which only what is in sight exists. Knows boxes and indexes, not what is in them. */
export function VirtualGrid(props: VirtualGridProps) {
  const { sections, shape, target, gap, headingHeight, padding, pinned, onSight, renderCell, renderHeading, version } =
    props
  const scroller = useRef<HTMLDivElement>(null)
  const tall = useTall(scroller)
  const { scroll, base } = tall
  const { window: view, width } = useScrollWindow(scroller, scroll, props.placeKey)
  const inner = Math.max(0, width - padding.left - padding.right)
  const [leadHeight, leadRef] = useHeight()
  const frame = useMemo<Frame>(
    () => ({ shape, width: inner, target, gap, headingHeight, leadHeight }),
    [shape, inner, target, gap, headingHeight, leadHeight],
  )
  const plan = useMemo(() => (inner > 0 ? planOf(sections, frame) : undefined), [sections, frame, inner])

  tall.height.current = plan?.height ?? 0
  useAnchor(scroller, scroll, plan, props)
  const rows = useMemo(
    () => (plan === undefined ? [] : rowsBetween(plan, view.from, view.to)),
    [plan, view.from, view.to],
  )
  const first = rows[0]
  const last = rows.at(-1)
  const from = first === undefined ? 0 : first.placed.start + first.row.first
  const to = last === undefined ? 0 : last.placed.start + last.row.first + last.row.boxes.length
  useEffect(() => {
    if (to > from) onSight(from, to)
  }, [onSight, from, to, sections])

  const focusCell = useFocus(scroller, rows)
  useImperativeHandle(
    props.ref,
    () => ({
      neighbour: (index, direction) =>
        plan === undefined ? index : neighbour(plan, index, direction, scroller.current?.clientHeight ?? 0),
      reveal: (index) => reveal(scroller.current, scroll, plan, index),
      goTo(index) {
        const row = plan === undefined ? undefined : rowOf(plan, index)
        if (row !== undefined) scroll.go(row.row.first === 0 ? row.placed.top : row.top)
        focusCell(index)
      },
      focus(index) {
        reveal(scroller.current, scroll, plan, index)
        focusCell(index)
      },
      refocus: (index) => focusCell(index, true),
      scrollToTop: () => scroll.go(0),
    }),
    [plan, scroll, focusCell],
  )

  const outside = pinned === undefined || (pinned >= from && pinned < to) ? undefined : pinned
  const shown = useMemo(() => {
    const pinnedRow = plan === undefined || outside === undefined ? undefined : rowOf(plan, outside)
    return pinnedRow === undefined ? rows : [...rows, pinnedRow]
  }, [plan, outside, rows])
  // The same between two steps of scrolling: then nothing of it is even compared.
  const cells = useMemo(() => rowsAt(shown, { base, renderCell, version }), [shown, base, renderCell, version])
  const headings = useMemo(
    () => plan !== undefined && headingsIn(plan, view.from, view.to).map(headingAt(headingHeight, base, renderHeading)),
    [plan, view.from, view.to, headingHeight, base, renderHeading],
  )
  return (
    <div className="relative h-full min-h-0">
      <div
        ref={scroller}
        className="relative h-full overflow-x-hidden overflow-y-auto overscroll-contain [overflow-anchor:none] [scrollbar-width:none]"
      >
        {props.lead !== undefined && (
          <div
            ref={leadRef}
            className="absolute inset-x-0 top-0 z-1"
            style={{
              paddingLeft: padding.left,
              paddingRight: padding.right,
              transform: `translateY(${-base}px)`,
            }}
          >
            {props.lead}
          </div>
        )}
        <div
          role="grid"
          aria-label={props.label}
          aria-multiselectable="true"
          className="relative"
          style={{ height: stretchOf(plan?.height ?? 0), marginLeft: padding.left, marginRight: padding.right }}
        >
          {headings}
          {cells}
        </div>
        {props.footer}
        <div style={{ height: BOTTOM_ROOM }} />
        {props.onSweep !== undefined && plan !== undefined && (
          <Sweep scroller={scroller} tall={tall} plan={plan} left={padding.left} onSweep={props.onSweep} />
        )}
      </div>
      {plan !== undefined && props.hasStickyHeadings === true && (
        <StickyHeading plan={plan} top={view.top} padding={padding} renderHeading={renderHeading} />
      )}
      {plan !== undefined && props.scrubLabel !== undefined && (
        <Scrubber
          scroll={scroll}
          plan={plan}
          scrollTop={view.top}
          viewHeight={view.height}
          labelOf={props.scrubLabel}
          name={props.scrubName ?? 'Jump to a month'}
        />
      )}
    </div>
  )
}

type Drawing = Pick<VirtualGridProps, 'renderCell' | 'version'> & { base: number }

const rowsAt = (rows: readonly PlacedRow[], { base, renderCell, version }: Drawing) =>
  rows.map(({ placed, row, top }) => (
    <GridRow
      key={`${placed.section.key}:${row.first}`}
      row={row}
      start={placed.start}
      top={top - base}
      renderCell={renderCell}
      version={version}
    />
  ))

const headingAt =
  (height: number, base: number, renderHeading: VirtualGridProps['renderHeading']) =>
  ({ key, heading, top }: { key: string; heading: string; top: number }) => (
    <div
      key={key}
      role="row"
      className="absolute inset-x-0 top-0"
      style={{ transform: `translateY(${top - base}px)`, height }}
    >
      {renderHeading(heading)}
    </div>
  )

function headingsIn(plan: Plan, from: number, to: number): { key: string; heading: string; top: number }[] {
  const headings = []
  for (let i = Math.max(0, placedAt(plan, from)); i < plan.placed.length; i += 1) {
    const placed = plan.placed[i]
    if (placed === undefined || placed.top > to) break
    const { heading, key } = placed.section
    if (heading !== undefined && placed.bodyTop > placed.top) headings.push({ key, heading, top: placed.top })
  }
  return headings
}

/** Height of an element in CSS pixels, kept current; 0 while there is none. */
function useHeight(): [height: number, ref: (element: HTMLElement | null) => void] {
  const [height, setHeight] = useState(0)
  const ref = useCallback((element: HTMLElement | null) => {
    if (element === null) return
    setHeight(element.offsetHeight)
    const observer = new ResizeObserver(() => setHeight(element.offsetHeight))
    observer.observe(element)
    return () => {
      observer.disconnect()
      setHeight(0)
    }
  }, [])
  return [height, ref]
}

/** Focus waits for its cell to be drawn. */
function useFocus(
  scroller: React.RefObject<HTMLDivElement | null>,
  rows: readonly PlacedRow[],
): (index: number, isLate?: boolean) => void {
  const wanted = useRef<number | undefined>(undefined)
  const attempt = useCallback(() => {
    if (wanted.current === undefined) return
    const cell = scroller.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"]`)
    if (cell === null || cell === undefined) return
    wanted.current = undefined
    cell.focus({ preventScroll: true })
  }, [scroller])
  useEffect(attempt, [attempt, rows])
  return useCallback(
    (index: number, isLate = false) => {
      if (isLate && wanted.current !== undefined) return
      wanted.current = index
      requestAnimationFrame(attempt)
    },
    [attempt],
  )
}

function reveal(element: HTMLDivElement | null, scroll: Scroll, plan: Plan | undefined, index: number): void {
  const row = plan === undefined ? undefined : rowOf(plan, index)
  if (element === null || row === undefined) return
  const margin = 12
  const heading = row.row.first === 0 ? row.placed.bodyTop - row.placed.top : 0
  const top = scroll.top()
  if (row.top - heading - margin < top) scroll.go(row.top - heading - margin)
  else if (row.top + row.row.height + margin > top + element.clientHeight)
    scroll.go(row.top + row.row.height + margin - element.clientHeight)
}

function neighbour(plan: Plan, index: number, direction: Direction, viewHeight: number): number {
  const last = plan.count - 1
  switch (direction) {
    case 'left':
      return Math.max(0, index - 1)
    case 'right':
      return Math.min(last, index + 1)
    case 'up':
      return verticalNeighbour(plan, index, -1)
    case 'down':
      return verticalNeighbour(plan, index, 1)
    case 'first':
      return 0
    case 'last':
      return last
    case 'page-up':
    case 'page-down':
      return aPageAway(plan, index, direction === 'page-down' ? viewHeight : -viewHeight)
  }
}

function aPageAway(plan: Plan, index: number, distance: number): number {
  const here = rowOf(plan, index)
  if (here === undefined) return index
  const y = Math.min(plan.height - 1, Math.max(0, here.top + distance))
  const there = rowsBetween(plan, y, y + plan.frame.target)[0] ?? rowOf(plan, distance > 0 ? plan.count - 1 : 0)
  return there === undefined ? index : there.placed.start + there.row.first
}
