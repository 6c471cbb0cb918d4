import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react'
import { rowOf, rowsBetween, type Plan } from './plan.ts'
import type { Scroll } from './useTall.ts'

type Keyed = { keyOf: (index: number) => string | undefined; indexOf: (key: string) => number | undefined }

/** Keeps what is seen where it is when something above it changes its height, or the width changes. */
export function useAnchor(
  scroller: RefObject<HTMLDivElement | null>,
  scroll: Scroll,
  plan: Plan | undefined,
  { keyOf, indexOf }: Keyed,
): void {
  const anchor = useRef<{ key: string | undefined; index: number; offset: number } | undefined>(undefined)
  const current = useRef({ plan, keyOf })
  useLayoutEffect(() => {
    const element = scroller.current
    const held = anchor.current
    if (element !== null && plan !== undefined && held !== undefined && scroll.top() > plan.frame.headingHeight) {
      const index = (held.key === undefined ? undefined : indexOf(held.key)) ?? held.index
      const row = rowOf(plan, Math.min(index, plan.count - 1))
      const top = row === undefined ? 0 : row.top - held.offset
      if (Math.abs(top - scroll.top()) > 0.5) scroll.go(top)
    }
    current.current = { plan, keyOf }
  }, [plan, scroller, scroll, indexOf, keyOf])

  useEffect(() => {
    const element = scroller.current
    if (element === null) return
    const note = () => {
      const { plan: now, keyOf: key } = current.current
      const from = scroll.top()
      const row =
        now === undefined
          ? undefined
          : (rowsBetween(now, from, from + 1)[0] ?? rowsBetween(now, from, from + now.frame.headingHeight + 8)[0])
      if (row === undefined) return
      const index = row.placed.start + row.row.first
      anchor.current = { key: key(index), index, offset: row.top - from }
    }
    element.addEventListener('scroll', note, { passive: true })
    note()
    return () => element.removeEventListener('scroll', note)
  }, [scroller, scroll])
}
