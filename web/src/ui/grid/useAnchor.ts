import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react'
import { anchorAt, followed, topFor, type Anchor, type Keyed } from './anchor.ts'
import type { Plan } from './plan.ts'
import type { Scroll } from './useTall.ts'

type Shown = Keyed & {
  /** Changes when what cells show does. */
  version: unknown
}

/** With where the grid was scrolled to when it was taken hold of, or put back. */
type Held = Anchor & { top: number }

const NO_KEY = { keyOf: () => undefined }

/**
 * Keeps what is seen where it is when something above it changes its height, the width changes, or more is shown at
 * once. What is held is what somebody has scrolled to, and not what it was put beside since: so that going from days to
 * years and back ends where it began.
 */
export function useAnchor(
  scroller: RefObject<HTMLDivElement | null>,
  scroll: Scroll,
  plan: Plan | undefined,
  { version, keyOf, indexOf }: Shown,
): void {
  const held = useRef<Held | undefined>(undefined)
  const current = useRef({ plan, keyOf, indexOf })

  useLayoutEffect(() => {
    const { plan: before, indexOf: indexBefore } = current.current
    current.current = { plan, keyOf, indexOf }
    if (plan === undefined) return
    // Files have come and nothing has moved. To ask where it is scrolled to would have the browser lay out all of it now.
    if (plan === before && indexBefore === indexOf && held.current !== undefined) {
      held.current = { ...held.current, key: keyOf(held.current.index) ?? held.current.key }
      return
    }
    const top = scroll.top()
    // Of another list nothing is held.
    if (held.current === undefined || before === undefined || indexBefore !== indexOf) {
      held.current = heldAt(plan, top, { keyOf }) ?? held.current
      return
    }
    // Somebody has gone on, and no event has told of it yet: to hold what was there before would take them back.
    const hasGone = Math.abs(top - held.current.top) > 1 && !isCut(scroller.current, before, plan)
    const now = hasGone ? (heldAt(before, top, NO_KEY) ?? held.current) : held.current
    // What is held may have come only now, and no scrolling tells.
    const anchor = followed(now, { keyOf, indexOf })
    const wanted = topFor(plan, anchor)
    if (Math.abs(wanted - top) > 0.5 && top > plan.frame.headingHeight) scroll.go(wanted)
    held.current = { ...anchor, top: scroll.top() }
  }, [plan, version, scroll, scroller, indexOf, keyOf])

  useEffect(() => {
    const element = scroller.current
    if (element === null) return
    const note = () => {
      const { plan: now, keyOf: key } = current.current
      const top = scroll.top()
      if (now === undefined || Math.abs(top - (held.current?.top ?? Infinity)) <= 1) return
      held.current = heldAt(now, top, { keyOf: key }) ?? held.current
    }
    element.addEventListener('scroll', note, { passive: true })
    note()
    return () => element.removeEventListener('scroll', note)
  }, [scroller, scroll])
}

function heldAt(plan: Plan, top: number, keyed: Pick<Keyed, 'keyOf'>): Held | undefined {
  const anchor = anchorAt(plan, top, keyed)
  return anchor === undefined ? undefined : { ...anchor, top }
}

/** Whether the browser has scrolled, and nobody else: there is less than there was, and it ends here. */
function isCut(element: HTMLDivElement | null, before: Plan, plan: Plan): boolean {
  if (element === null || plan.height >= before.height) return false
  return element.scrollTop + element.clientHeight >= element.scrollHeight - 1
}
