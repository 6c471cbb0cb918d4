import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react'
import { anchorAt, followed, topFor, type Anchor, type Keyed } from './anchor.ts'
import type { Plan } from './plan.ts'
import type { Scroll } from './useTall.ts'

type Shown = Keyed & {
  /** Changes when what cells show does. */
  version: unknown
}

/** Keeps what is seen where it is when something above it changes its height, or the width changes. */
export function useAnchor(
  scroller: RefObject<HTMLDivElement | null>,
  scroll: Scroll,
  plan: Plan | undefined,
  { version, keyOf, indexOf }: Shown,
): void {
  const anchor = useRef<Anchor | undefined>(undefined)
  const current = useRef({ plan, keyOf, indexOf })
  useLayoutEffect(() => {
    const isOther = current.current.indexOf !== indexOf
    current.current = { plan, keyOf, indexOf }
    if (plan === undefined || anchor.current === undefined) return
    // Of another list nothing is held.
    if (isOther) {
      anchor.current = anchorAt(plan, scroll.top(), { keyOf })
      return
    }
    // What is held may have come only now, and no scrolling tells.
    anchor.current = followed(anchor.current, { keyOf, indexOf })
    const top = topFor(plan, anchor.current)
    if (Math.abs(top - scroll.top()) > 0.5 && scroll.top() > plan.frame.headingHeight) scroll.go(top)
  }, [plan, version, scroll, indexOf, keyOf])

  useEffect(() => {
    const element = scroller.current
    if (element === null) return
    const note = () => {
      const { plan: now, keyOf: key } = current.current
      if (now !== undefined) anchor.current = anchorAt(now, scroll.top(), { keyOf: key }) ?? anchor.current
    }
    element.addEventListener('scroll', note, { passive: true })
    note()
    return () => element.removeEventListener('scroll', note)
  }, [scroller, scroll])
}
