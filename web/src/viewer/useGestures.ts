import { useEffect, useRef, type MouseEvent, type PointerEvent } from 'react'
import type { View } from './zoom.ts'

type Point = { x: number; y: number }
export type Gestures = {
  view: View
  /** @param point  from the centre of the frame */
  zoomBy: (ratio: number, point: Point) => void
  moveBy: (x: number, y: number) => void
  toggle: (point: Point) => void
  onSwipe: (direction: 'left' | 'right' | 'down') => void
}

/** So far a finger goes before it means a swipe. */
const SWIPE_PIXELS = 60
const WHEEL_SPEED = 0.0016
const DOUBLE_TAP_MS = 300

/** Wheel, pinch, drag, double click and swipe, told apart. */
export function useGestures(element: HTMLElement | null, gestures: Gestures) {
  const current = useRef(gestures)
  current.current = gestures
  const pointers = useRef(new Map<number, Point>())
  const swipe = useRef<{ start: Point; wasPinch: boolean }>(undefined)
  const lastTapMs = useRef(0)
  const fromCentre = (event: { clientX: number; clientY: number }) => pointIn(element, event)

  useEffect(() => {
    // React listens to the wheel passively; the page behind must not scroll or zoom.
    const wheel = (event: WheelEvent) => {
      event.preventDefault()
      current.current.zoomBy(ratioOf(event), pointIn(element, event))
    }
    element?.addEventListener('wheel', wheel, { passive: false })
    return () => element?.removeEventListener('wheel', wheel)
  }, [element])

  return {
    onDoubleClick: (event: MouseEvent) => current.current.toggle(fromCentre(event)),
    onPointerDown(event: PointerEvent) {
      if (event.button !== 0) return
      event.currentTarget.setPointerCapture(event.pointerId)
      pointers.current.set(event.pointerId, fromCentre(event))
      if (pointers.current.size === 1) swipe.current = { start: fromCentre(event), wasPinch: false }
      else if (swipe.current !== undefined) swipe.current.wasPinch = true
    },
    onPointerMove(event: PointerEvent) {
      const before = pointers.current.get(event.pointerId)
      if (before === undefined) return
      const now = fromCentre(event)
      const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1]
      pointers.current.set(event.pointerId, now)
      const { zoomBy, moveBy, view } = current.current
      if (other !== undefined) {
        const centre = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 }
        zoomBy(distance(now, other) / Math.max(1, distance(before, other)), centre)
        moveBy((now.x - before.x) / 2, (now.y - before.y) / 2)
      } else if (view.scale > 1) moveBy(now.x - before.x, now.y - before.y)
    },
    onPointerUp(event: PointerEvent) {
      if (!pointers.current.delete(event.pointerId) || pointers.current.size > 0) return
      const begun = swipe.current
      swipe.current = undefined
      if (begun === undefined || begun.wasPinch || current.current.view.scale > 1 || event.pointerType !== 'touch')
        return
      const end = fromCentre(event)
      const [x, y] = [end.x - begun.start.x, end.y - begun.start.y]
      if (Math.abs(x) > SWIPE_PIXELS && Math.abs(x) > 2 * Math.abs(y)) current.current.onSwipe(x < 0 ? 'left' : 'right')
      else if (y > 1.5 * SWIPE_PIXELS && y > 2 * Math.abs(x)) current.current.onSwipe('down')
      else if (Math.abs(x) + Math.abs(y) < 10) tap(event, end)
    },
    onPointerCancel(event: PointerEvent) {
      pointers.current.delete(event.pointerId)
      swipe.current = undefined
    },
  }

  /** Fingers that may not scroll give no double click. */
  function tap(event: PointerEvent, point: Point): void {
    if (event.timeStamp - lastTapMs.current < DOUBLE_TAP_MS) current.current.toggle(point)
    lastTapMs.current = event.timeStamp
  }
}

/** A pinch on a trackpad comes as a wheel with Ctrl, in smaller steps. */
function ratioOf({ deltaY, deltaMode, ctrlKey }: WheelEvent): number {
  const pixels = deltaY * (deltaMode === 1 ? 16 : 1)
  return Math.exp(-pixels * (ctrlKey ? WHEEL_SPEED * 6 : WHEEL_SPEED))
}

function pointIn(element: HTMLElement | null, { clientX, clientY }: { clientX: number; clientY: number }): Point {
  const box = element?.getBoundingClientRect()
  return box === undefined
    ? { x: 0, y: 0 }
    : { x: clientX - box.left - box.width / 2, y: clientY - box.top - box.height / 2 }
}

const distance = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y)
