import type { Virtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react'

/**
 * Keeps at the top of the frame what is there, when pages become wider or narrower or their heights become known.
 *
 * @param first  the page that is gone to at the beginning, counted from 1
 */
export function useKeptPlace(
  virtual: Virtualizer<HTMLDivElement, Element>,
  scroller: RefObject<HTMLDivElement | null>,
  first = 1,
): void {
  const place = useRef({ index: first - 1, share: 0 })
  const pages = useRef(virtual)
  pages.current = virtual
  useEffect(() => {
    const { current } = scroller
    if (current === null) return
    const remember = () => {
      const top = current.scrollTop
      const shown = pages.current.measurementsCache.find(({ end }) => end > top)
      if (shown !== undefined) place.current = { index: shown.index, share: (top - shown.start) / shown.size }
    }
    current.addEventListener('scroll', remember, { passive: true })
    return () => current.removeEventListener('scroll', remember)
  }, [scroller])
  const height = virtual.getTotalSize()
  useLayoutEffect(() => {
    const { index, share } = place.current
    const page = pages.current.measurementsCache[index]
    if (scroller.current !== null && page !== undefined) scroller.current.scrollTop = page.start + share * page.size
  }, [scroller, height])
}
