import { useCallback, useLayoutEffect, useRef, useState, type PointerEvent, type RefObject } from 'react'
import { bounded, movedBy, WHOLE_WORLD, zoomedBy, type Size, type Unit, type View } from './mercator.ts'

const WHEEL = 0.0016
/** A press becomes a drag after so many pixels. */
const THRESHOLD = 4

/** What the map was on, for as long as the page is open. */
let last: View = WHOLE_WORLD

/** The view of a map that is dragged, pinched and zoomed. */
export function useView(frame: RefObject<HTMLDivElement | null>) {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 })
  const [view, setView] = useState(last)
  const change = useCallback((next: (now: View) => View) => setView((now) => (last = next(now))), [])

  useLayoutEffect(() => {
    const element = frame.current
    if (element === null) return
    const measure = () => {
      const next = { width: element.clientWidth, height: element.clientHeight }
      setSize(next)
      change((now) => bounded(now, next))
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    // Not by React, which listens passively: the page must not zoom as well.
    const turned = (event: WheelEvent) => {
      event.preventDefault()
      const box = element.getBoundingClientRect()
      const at = { x: event.clientX - box.left, y: event.clientY - box.top }
      const within = { width: element.clientWidth, height: element.clientHeight }
      change((now) => zoomedBy(now, within, Math.exp(-event.deltaY * WHEEL), at))
    }
    element.addEventListener('wheel', turned, { passive: false })
    return () => {
      observer.disconnect()
      element.removeEventListener('wheel', turned)
    }
  }, [frame, change])

  const move = useCallback((pixels: Unit) => change((now) => movedBy(now, size, pixels)), [change, size])
  const zoom = useCallback((factor: number) => change((now) => zoomedBy(now, size, factor)), [change, size])
  return { view, size, move, zoom, handlers: useDrag(move, zoom) }
}

/** One finger or the mouse moves, two fingers zoom. */
function useDrag(move: (pixels: Unit) => void, zoom: (factor: number) => void) {
  const fingers = useRef(new Map<number, Unit>())
  const isDragging = useRef(false)
  const end = (event: PointerEvent) => {
    fingers.current.delete(event.pointerId)
    if (fingers.current.size === 0) setTimeout(() => (isDragging.current = false))
  }
  return {
    onPointerDown(event: PointerEvent) {
      fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY })
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      const before = fingers.current.get(event.pointerId)
      if (before === undefined) return
      const now = { x: event.clientX, y: event.clientY }
      if (!isDragging.current && Math.hypot(now.x - before.x, now.y - before.y) < THRESHOLD) return
      if (!isDragging.current) event.currentTarget.setPointerCapture(event.pointerId)
      isDragging.current = true
      const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1]
      if (other !== undefined) zoom(distance(now, other) / Math.max(1, distance(before, other)))
      else move({ x: now.x - before.x, y: now.y - before.y })
      fingers.current.set(event.pointerId, now)
    },
    onPointerUp: end,
    onPointerCancel: end,
    /** A drag that ends on a mark is no press of it. */
    onClickCapture(event: { stopPropagation(): void; preventDefault(): void }) {
      if (!isDragging.current) return
      event.stopPropagation()
      event.preventDefault()
    },
  }
}

const distance = (a: Unit, b: Unit) => Math.hypot(a.x - b.x, a.y - b.y)
