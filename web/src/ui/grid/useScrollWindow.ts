import { useEffect, useLayoutEffect, useState, type RefObject } from 'react'
import type { Scroll } from './useTall.ts'

const OVERSCAN = 500
/** Rows are drawn again after so many pixels of scrolling, well within the overscan. */
const STEP = 120

export type ScrollWindow = { top: number; height: number; from: number; to: number }

/** Places that were scrolled to, by name, for as long as the page is open. */
const places = new Map<string, number>()

/** What is in sight of a scrolling element, with some room around it; and its width. */
export function useScrollWindow(
  scroller: RefObject<HTMLDivElement | null>,
  scroll: Scroll,
  placeKey: string,
): { window: ScrollWindow; width: number } {
  const [size, setSize] = useState({ width: 0, height: 0 })
  const [top, setTop] = useState(() => places.get(placeKey) ?? 0)

  useLayoutEffect(() => {
    const element = scroller.current
    if (element === null) return
    const measure = () =>
      setSize((now) => {
        const next = { width: element.clientWidth, height: element.clientHeight }
        return now.width === next.width && now.height === next.height ? now : next
      })
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [scroller])

  // A place can be gone back to as soon as the content is tall enough to have it.
  const isMeasured = size.width > 0
  useLayoutEffect(() => {
    if (!isMeasured) return
    scroll.go(places.get(placeKey) ?? 0)
    setTop(scroll.top())
  }, [scroll, placeKey, isMeasured])

  useEffect(() => {
    const element = scroller.current
    if (element === null) return
    let frame = 0
    const scrolled = () => {
      cancelAnimationFrame(frame)
      frame = requestAnimationFrame(() => {
        places.set(placeKey, scroll.top())
        setTop(scroll.top())
      })
    }
    element.addEventListener('scroll', scrolled, { passive: true })
    return () => {
      element.removeEventListener('scroll', scrolled)
      cancelAnimationFrame(frame)
    }
  }, [scroller, scroll, placeKey])

  const step = Math.floor(top / STEP) * STEP
  return {
    window: { top, height: size.height, from: step - OVERSCAN, to: step + STEP + size.height + OVERSCAN },
    width: size.width,
  }
}
