import { memo, useEffect, useMemo, useRef, useState, type PointerEvent } from 'react'
import { cx } from '../../lib/cx.ts'
import { placedAt, type Plan } from './plan.ts'
import type { Scroll } from './useTall.ts'

const TICK_APART = 22
const DOT_APART = 7
/** Content of so many screens has nothing to scrub through. */
const WORTH_SCREENS = 1.6
const LINGER_MS = 700
const SMALL_STEP = 4

type Labels = (heading: string) => { tick: string; bubble: string }

/** The scroll bar of a long grid: a line with its headings marked, that can be dragged to any of them. */
export function Scrubber({ scroll, plan, scrollTop, viewHeight, labelOf, name }: ScrubberProps) {
  const track = useRef<HTMLDivElement>(null)
  const [pointerY, setPointerY] = useState<number | undefined>(undefined)
  const [isDragging, setDragging] = useState(false)
  const marks = useMemo(() => marksOf(plan, viewHeight, labelOf), [plan, viewHeight, labelOf])
  const isScrolling = useIsScrolling(scrollTop)
  const range = plan.height - viewHeight
  if (plan.height < viewHeight * WORTH_SCREENS) return null

  const thumbY = (Math.min(scrollTop, range) / range) * viewHeight
  const shownY = isDragging ? thumbY : (pointerY ?? (isScrolling ? thumbY : undefined))
  const yOf = (event: PointerEvent) => event.clientY - (track.current?.getBoundingClientRect().top ?? 0)
  const go = (y: number) => scroll.go(Math.min(1, Math.max(0, y / viewHeight)) * range)
  return (
    <div
      ref={track}
      role="scrollbar"
      aria-label={name}
      aria-orientation="vertical"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round((thumbY / viewHeight) * 100)}
      aria-valuetext={bubbleAt(plan, scrollTop, labelOf)}
      className="group absolute inset-y-0 right-0 w-5 cursor-row-resize touch-none select-none sm:w-12"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        setDragging(true)
        go(yOf(event))
      }}
      onPointerMove={(event) => {
        setPointerY(yOf(event))
        if (isDragging) go(yOf(event))
      }}
      onPointerUp={() => setDragging(false)}
      onPointerCancel={() => setDragging(false)}
      onPointerLeave={() => setPointerY(undefined)}
    >
      <Marks marks={marks} />
      <div
        className={cx(
          'absolute right-0 h-9 w-1 -translate-y-1/2 rounded-full bg-line-strong group-hover:bg-ink-faint',
          isDragging && 'w-1.5 bg-ink-faint',
        )}
        style={{ top: Math.max(20, Math.min(viewHeight - 20, thumbY)) }}
      />
      {shownY !== undefined && (
        <div
          className="pointer-events-none absolute right-full mr-1 -translate-y-1/2 rounded-md bg-ink px-2 py-1 text-xs font-medium whitespace-nowrap text-canvas shadow-high"
          style={{ top: Math.max(14, Math.min(viewHeight - 14, shownY)) }}
        >
          {bubbleAt(plan, (shownY / viewHeight) * range, labelOf)}
        </div>
      )}
    </div>
  )
}

/** Thousands of headings have dozens of marks: they are drawn when the grid changes, and not when it moves. */
const Marks = memo(function Marks({ marks }: { marks: readonly Mark[] }) {
  return (
    <div className="max-sm:hidden">
      {marks.map(({ y, label }) => (
        <div key={y} className="absolute right-3 -translate-y-1/2 text-right" style={{ top: y }}>
          {label === undefined ? (
            <span className="block size-[3px] rounded-full bg-line-strong/60" />
          ) : (
            <span className="tabular text-xs leading-none text-ink-faint">{label}</span>
          )}
        </div>
      ))}
    </div>
  )
})

type Mark = { y: number; label?: string }

type ScrubberProps = {
  scroll: Scroll
  plan: Plan
  scrollTop: number
  viewHeight: number
  labelOf: Labels
  name: string
}

/** True while the grid moves, and a breath longer: then the month stands beside it. */
function useIsScrolling(scrollTop: number): boolean {
  const [isScrolling, setScrolling] = useState(false)
  const before = useRef(scrollTop)
  useEffect(() => {
    const isFar = Math.abs(scrollTop - before.current) > SMALL_STEP
    before.current = scrollTop
    if (isFar) setScrolling(true)
    const timer = setTimeout(() => setScrolling(false), LINGER_MS)
    return () => clearTimeout(timer)
  }, [scrollTop])
  return isScrolling
}

function bubbleAt(plan: Plan, y: number, labelOf: Labels): string {
  for (let i = Math.max(0, placedAt(plan, y)); i >= 0; i -= 1) {
    const heading = plan.placed[i]?.section.heading
    if (heading !== undefined) return labelOf(heading).bubble
  }
  return ''
}

/** A label where the tick's word changes and there is room; a dot for every other heading with room. */
function marksOf(plan: Plan, viewHeight: number, labelOf: Labels): Mark[] {
  const range = plan.height - viewHeight
  const marks: Mark[] = []
  let lastTick = ''
  let lastLabelY = -Infinity
  let lastY = -Infinity
  for (const { section, top } of plan.placed) {
    if (section.heading === undefined) continue
    const y = Math.min(viewHeight - 8, Math.max(8, (top / range) * viewHeight))
    const tick = y - lastLabelY < TICK_APART ? lastTick : labelOf(section.heading).tick
    if (tick !== lastTick) {
      while ((marks.at(-1)?.y ?? -Infinity) > y - DOT_APART && marks.at(-1)?.label === undefined) marks.pop()
      marks.push({ y, label: tick })
      lastTick = tick
      lastLabelY = y
      lastY = y + DOT_APART
    } else if (y - lastY >= DOT_APART) {
      marks.push({ y })
      lastY = y
    }
  }
  return marks
}
