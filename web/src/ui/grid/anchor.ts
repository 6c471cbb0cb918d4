import { rowOf, rowsBetween, type Plan } from './plan.ts'

export type Keyed = { keyOf: (index: number) => string | undefined; indexOf: (key: string) => number | undefined }

/** The cell that is held where it is: by what is in it as soon as that is known, by its number until then. */
export type Anchor = {
  key: string | undefined
  index: number
  /** From the top of what is seen to its row, in CSS pixels. */
  offset: number
}

/** The first cell in sight. */
export function anchorAt(plan: Plan, top: number, { keyOf }: Pick<Keyed, 'keyOf'>): Anchor | undefined {
  const row = rowsBetween(plan, top, top + 1)[0] ?? rowsBetween(plan, top, top + plan.frame.headingHeight + 8)[0]
  if (row === undefined) return undefined
  const index = row.placed.start + row.row.first
  return { key: keyOf(index), index, offset: row.top - top }
}

/** The same cell among what there is now. Where it has left, what has taken its place is held. */
export function followed({ key, index: before, offset }: Anchor, { keyOf, indexOf }: Keyed): Anchor {
  const index = (key === undefined ? undefined : indexOf(key)) ?? before
  return { key: keyOf(index) ?? key, index, offset }
}

/** Where to scroll to, in CSS pixels from the top of the grid, for a cell to be where it was seen. */
export function topFor(plan: Plan, { index, offset }: Anchor): number {
  const row = rowOf(plan, Math.min(index, plan.count - 1))
  // A row that has become lower, as by showing more at once, is not pushed out of sight by what it was.
  return row === undefined ? 0 : row.top - Math.max(offset, -row.row.height)
}
