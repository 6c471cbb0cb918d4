import { useEffect, useRef, useState, type RefObject } from 'react'
import { indexesIn, type Plan } from './plan.ts'
import type { Tall } from './useTall.ts'

/** A press becomes a sweep after so many pixels. */
const THRESHOLD = 6
const EDGE = 48

type Point = { x: number; y: number }
type Rect = { left: number; top: number; right: number; bottom: number }

/** Selecting by drawing a box with the mouse; the grid scrolls when its edge is reached. */
export function Sweep({ scroller, tall, plan, left, onSweep }: SweepProps) {
  const [area, setArea] = useState<Rect | undefined>(undefined)
  const now = useRef({ plan, left, onSweep, tall })
  now.current = { plan, left, onSweep, tall }

  useEffect(() => {
    const element = scroller.current
    if (element === null) return
    let from: Point | undefined
    let pointer: { x: number; y: number } | undefined
    let isSweeping = false
    let frame = 0

    const pointIn = (x: number, y: number): Point => {
      const bounds = element.getBoundingClientRect()
      return { x: x - bounds.left - now.current.left, y: y - bounds.top + now.current.tall.scroll.top() }
    }
    const draw = (isAdding: boolean) => {
      if (from === undefined || pointer === undefined) return
      const to = pointIn(pointer.x, pointer.y)
      const rect = {
        left: Math.min(from.x, to.x),
        top: Math.min(from.y, to.y),
        right: Math.max(from.x, to.x),
        bottom: Math.max(from.y, to.y),
      }
      setArea(rect)
      now.current.onSweep(indexesIn(now.current.plan, rect), isAdding)
    }
    const creep = () => {
      if (!isSweeping || pointer === undefined) return
      const bounds = element.getBoundingClientRect()
      const over =
        pointer.y > bounds.bottom - EDGE
          ? pointer.y - bounds.bottom + EDGE
          : pointer.y < bounds.top + EDGE
            ? pointer.y - bounds.top - EDGE
            : 0
      if (over !== 0) {
        element.scrollTop += over / 3
        draw(true)
      }
      frame = requestAnimationFrame(creep)
    }
    const moved = (event: PointerEvent) => {
      if (from === undefined) return
      pointer = { x: event.clientX, y: event.clientY }
      const to = pointIn(event.clientX, event.clientY)
      if (!isSweeping && Math.hypot(to.x - from.x, to.y - from.y) < THRESHOLD) return
      if (!isSweeping) {
        isSweeping = true
        frame = requestAnimationFrame(creep)
      }
      draw(event.shiftKey || event.ctrlKey || event.metaKey)
    }
    const ended = () => {
      window.removeEventListener('pointermove', moved)
      window.removeEventListener('pointerup', ended)
      window.removeEventListener('pointercancel', ended)
      cancelAnimationFrame(frame)
      // The press that began on a picture must not open it as well.
      if (isSweeping) window.addEventListener('click', swallow, { capture: true, once: true })
      setTimeout(() => window.removeEventListener('click', swallow, { capture: true }), 50)
      from = undefined
      isSweeping = false
      setArea(undefined)
    }
    const pressed = (event: PointerEvent) => {
      if (
        event.pointerType !== 'mouse' ||
        event.button !== 0 ||
        (event.target as Element).closest('input, a, button, [role=scrollbar], [draggable=true]') !== null
      )
        return
      from = pointIn(event.clientX, event.clientY)
      window.addEventListener('pointermove', moved)
      window.addEventListener('pointerup', ended)
      window.addEventListener('pointercancel', ended)
    }
    element.addEventListener('pointerdown', pressed)
    return () => {
      element.removeEventListener('pointerdown', pressed)
      ended()
    }
  }, [scroller])

  if (area === undefined) return null
  return (
    <div
      aria-hidden
      className="pointer-events-none absolute top-0 z-10 rounded-xs border border-accent bg-accent/15"
      style={{
        left: left + area.left,
        top: area.top - tall.base,
        width: area.right - area.left,
        height: area.bottom - area.top,
      }}
    />
  )
}

const swallow = (event: Event) => {
  event.preventDefault()
  event.stopPropagation()
}

type SweepProps = {
  scroller: RefObject<HTMLDivElement | null>
  tall: Tall
  plan: Plan
  left: number
  onSweep: (indexes: readonly number[], isAdding: boolean) => void
}
