import type { ReactNode } from 'react'
import { placedAt, type Plan } from './plan.ts'

/** The heading of what is first in sight, over the grid; the next one pushes it away. */
export function StickyHeading({ plan, top, padding, renderHeading }: StickyHeadingProps) {
  const { headingHeight } = plan.frame
  const at = placedAt(plan, top)
  let first = at
  while (first >= 0 && plan.placed[first]?.section.heading === undefined) first -= 1
  const placed = plan.placed[first]
  if (placed?.section.heading === undefined || placed.top >= top) return null
  let next = at + 1
  while (next < plan.placed.length && plan.placed[next]?.section.heading === undefined) {
    // What comes later pushes nothing yet.
    if ((plan.placed[next]?.top ?? Infinity) > top + headingHeight) break
    next += 1
  }
  const pushed = Math.min(
    0,
    (plan.placed[next]?.section.heading === undefined ? Infinity : (plan.placed[next]?.top ?? Infinity)) -
      top -
      headingHeight,
  )
  return (
    <div
      aria-hidden
      className="pointer-events-none absolute top-0 left-0 overflow-hidden"
      style={{ height: headingHeight, right: padding.right }}
    >
      <div
        className="size-full bg-canvas/97"
        style={{ transform: `translateY(${pushed}px)`, paddingLeft: padding.left }}
      >
        {renderHeading(placed.section.heading)}
      </div>
    </div>
  )
}

type StickyHeadingProps = {
  plan: Plan
  top: number
  padding: { left: number; right: number }
  renderHeading: (heading: string) => ReactNode
}
