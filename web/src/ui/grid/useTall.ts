import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type RefObject } from 'react'

/** Browsers place nothing beyond 33,554,431 px; a million pictures need more. What is taller shows a stretch of so many pixels. */
const MOST = 12_000_000
/** So near to the end of the stretch, it is moved along. */
const EDGE = 2_000_000

/** Where a grid of any height is scrolled to, in CSS pixels from its own top. */
export type Scroll = { top(): number; go(top: number): void }

export type Tall = {
  scroll: Scroll
  /** Where the stretch that is there begins: what is placed in it is placed so much higher. */
  base: number
  /** Of the whole grid; told when it is known. */
  height: RefObject<number>
}

/** How high the stretch is that is there. */
export const stretchOf = (height: number): number => Math.min(height, MOST)

/** Where the stretch must begin for a place in the grid; as it is, as long as the place is well within it. */
export function baseFor(top: number, base: number, height: number): number {
  const last = Math.max(0, height - MOST)
  const within = top - base
  const isWell = base <= last && (within >= EDGE || base === 0) && (within <= MOST - EDGE || base === last)
  return isWell ? base : Math.min(last, Math.max(0, Math.round(top - MOST / 2)))
}

export function useTall(scroller: RefObject<HTMLDivElement | null>): Tall {
  const [base, setBase] = useState(0)
  const placed = useRef(0)
  const height = useRef(0)
  const wanted = useRef<number | undefined>(undefined)

  const [scroll] = useState<Scroll>(() => ({
    top: () => wanted.current ?? placed.current + (scroller.current?.scrollTop ?? 0),
    go(top) {
      const next = baseFor(top, placed.current, height.current)
      if (next !== placed.current) {
        wanted.current = top
        setBase(next)
      } else if (scroller.current !== null) {
        wanted.current = undefined
        scroller.current.scrollTop = top - next
      }
    },
  }))
  // Nothing is painted between the two: what is seen stays where it is.
  useLayoutEffect(() => {
    const top = scroll.top()
    placed.current = base
    wanted.current = undefined
    if (scroller.current !== null && scroller.current.scrollTop !== top - base) scroller.current.scrollTop = top - base
  }, [base, scroll, scroller])

  const followed = useCallback(() => {
    if (wanted.current !== undefined) return
    const top = scroll.top()
    if (baseFor(top, placed.current, height.current) !== placed.current) scroll.go(top)
  }, [scroll])
  useEffect(() => {
    const element = scroller.current
    element?.addEventListener('scroll', followed, { passive: true })
    return () => element?.removeEventListener('scroll', followed)
  }, [scroller, followed])

  return useMemo(() => ({ scroll, base, height }), [scroll, base])
}
