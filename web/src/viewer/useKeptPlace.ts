import type { Virtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react'

/** So long after a change of sizes what scrolls is the browser, unless a person has done something since. */
const SETTLED_AFTER_MS = 1_000
/** So long after a person has done something what scrolls is that. */
const MOVED_FOR_MS = 1_500
const INPUTS = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const

/**
 * Keeps at the top of the frame what is there, when pages become wider or narrower or their heights become known.
 *
 * @param first  the page that is gone to at the beginning, counted from 1
 * @returns      goes to a page, counted from 1
 */
export function useKeptPlace(
  virtual: Virtualizer<HTMLDivElement, Element>,
  scroller: RefObject<HTMLDivElement | null>,
  first = 1,
): (page: number) => void {
  const place = useRef({ index: first - 1, share: 0 })
  const changedAt = useRef(0)
  const movedUntil = useRef(0)
  const pages = useRef(virtual)
  pages.current = virtual
  useEffect(() => {
    const { current } = scroller
    if (current === null) return
    const observer = new ResizeObserver(() => {
      changedAt.current = performance.now()
      movedUntil.current = 0
    })
    const onInput = () => {
      movedUntil.current = performance.now() + MOVED_FOR_MS
    }
    const onScroll = () => {
      const now = performance.now()
      const isPerson = now < movedUntil.current
      // On the way from one size to another there may be no room for where one was.
      if (!isPerson && now - changedAt.current < SETTLED_AFTER_MS) return goBack(current, pages.current, place.current)
      if (isPerson) onInput()
      const top = current.scrollTop
      const shown = pages.current.measurementsCache.find(({ end }) => end > top)
      if (shown !== undefined) place.current = { index: shown.index, share: (top - shown.start) / shown.size }
    }
    observer.observe(current)
    current.addEventListener('scroll', onScroll, { passive: true })
    for (const input of INPUTS) current.addEventListener(input, onInput, { passive: true })
    return () => {
      observer.disconnect()
      for (const input of INPUTS) current.removeEventListener(input, onInput)
      current.removeEventListener('scroll', onScroll)
    }
  }, [scroller])
  const height = virtual.getTotalSize()
  useLayoutEffect(() => {
    changedAt.current = performance.now()
    movedUntil.current = 0
    if (scroller.current !== null) goBack(scroller.current, pages.current, place.current)
  }, [scroller, height])
  return (page) => {
    place.current = { index: page - 1, share: 0 }
    if (scroller.current !== null) goBack(scroller.current, pages.current, place.current)
  }
}

type Place = { index: number; share: number }

function goBack(
  frame: HTMLElement,
  { measurementsCache }: Virtualizer<HTMLDivElement, Element>,
  { index, share }: Place,
): void {
  const page = measurementsCache[index]
  if (page === undefined) return
  const top = Math.round(page.start + share * page.size)
  if (Math.abs(frame.scrollTop - top) > 1) frame.scrollTop = top
}
